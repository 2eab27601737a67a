-- What must not be forgotten on time, with a reason: sealed under the consultation's data key, context hold:<consultation>.

create table hold (
  consultation_id text primary key,
  staff_id text not null,
  sealed_reason text not null,
  at bigint not null,
  until bigint not null
);
create index consultation_forget on consultation (closed_at) where sealed_key is not null;
