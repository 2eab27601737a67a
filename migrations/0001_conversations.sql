-- Columns are text and bigint only; see src/store/tables.ts for what each holds and which key seals it.
-- {{serial}} is the one word that differs between engines: a number the database counts up.

create table conversation (
  id text primary key,
  version bigint not null,
  state text not null,
  level bigint not null,
  owner text,
  consultation_id text not null,
  language text not null,
  topic text,
  unreachable bigint not null,
  sealed_user text not null,
  sealed_snapshot text not null,
  waiting_since bigint,
  resident_at bigint,
  counselor_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);
create index conversation_queue on conversation (state, level, waiting_since);
create index conversation_owner on conversation (owner) where owner is not null;

create table consultation (
  id text primary key,
  conversation_id text,
  sealed_key text,
  opened_at bigint not null,
  closed_at bigint,
  in_hours bigint not null,
  "returning" bigint not null,
  level bigint not null,
  categories text not null,
  handed_off_at bigint,
  accepted_at bigint,
  first_response_at bigint,
  messages_in bigint not null,
  messages_bot bigint not null,
  messages_counselor bigint not null,
  outcome text
);
create index consultation_conversation on consultation (conversation_id, opened_at);
create index consultation_opened on consultation (opened_at);

create table event (
  conversation_id text not null,
  version bigint not null,
  id text not null,
  consultation_id text not null,
  kind text not null,
  at bigint not null,
  applied_at bigint not null,
  staff_id text,
  message_key text,
  level bigint not null,
  sealed text,
  primary key (conversation_id, version)
);
create unique index event_id on event (id);
create index event_consultation on event (consultation_id, version);
create index event_message on event (message_key) where message_key is not null;

create table outbox (
  id text primary key,
  conversation_id text not null,
  consultation_id text not null,
  version bigint not null,
  position bigint not null,
  kind text not null,
  sealed text not null,
  token_at bigint,
  created_at bigint not null
);
create index outbox_conversation on outbox (conversation_id, version, position);

create table delivery (
  id text primary key,
  conversation_id text not null,
  consultation_id text not null,
  first_version bigint not null,
  version bigint not null,
  row_count bigint not null,
  kind text not null,
  state text not null,
  via text not null,
  sealed_body text,
  token_at bigint,
  attempts bigint not null,
  doubt bigint not null,
  created_at bigint not null,
  first_attempt_at bigint,
  due_at bigint not null,
  finished_at bigint,
  reason text
);
create index delivery_due on delivery (due_at) where state in ('frozen', 'sending');
create index delivery_unsent on delivery (conversation_id, state) where state <> 'sent';
create index delivery_conversation on delivery (conversation_id, version);

create table timer (
  conversation_id text not null,
  name text not null,
  due_at bigint not null,
  primary key (conversation_id, name)
);
create index timer_due on timer (due_at);

create table tombstone (message_key text primary key, at bigint not null);

create table change (
  seq {{serial}},
  at bigint not null,
  consultation_id text,
  what text not null
);

create table presence (
  staff_id text primary key,
  on_duty bigint not null,
  capacity bigint not null,
  seen_at bigint not null
);

create table setting (name text primary key, value text not null);

-- Makes a batch fail where a database cannot count rows inside it (D1): a write with a wrong count inserts a 0.
create table guard (held bigint not null check (held = 1));
