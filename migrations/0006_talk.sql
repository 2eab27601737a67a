-- The resident's own talk page (desk.talk: web). Links and sessions are kept as hashes; neither says whose they are.

create table talk_link (
  hash text primary key,
  conversation_id text not null,
  expires_at bigint not null,
  used_by text
);
create index talk_link_conversation on talk_link (conversation_id);
create index talk_link_expires on talk_link (expires_at);

create table talk_session (
  hash text primary key,
  conversation_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  seen_at bigint not null,
  minute bigint not null,
  sent bigint not null
);
create index talk_session_conversation on talk_session (conversation_id, seen_at);
create index talk_session_expires on talk_session (expires_at);
