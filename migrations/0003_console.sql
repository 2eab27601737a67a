-- What counselors keep beside a talk. Content is sealed under the consultation's data key, context staff_note:<id>.

create table staff_note (
  id text primary key,
  consultation_id text not null,
  staff_id text not null,
  kind text not null,
  sealed text not null,
  at bigint not null
);
create index staff_note_consultation on staff_note (consultation_id, at);

create table referral (
  id text primary key,
  consultation_id text not null,
  window_id text not null,
  staff_id text not null,
  consent bigint not null,
  outcome text,
  at bigint not null,
  outcome_at bigint
);
create index referral_consultation on referral (consultation_id, at);

create table canned (
  id text primary key,
  title text not null,
  body text not null,
  updated_by text not null,
  updated_at bigint not null
);
