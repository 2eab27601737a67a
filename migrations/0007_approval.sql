-- What two people must agree to: opening an identity (danger to life), handing out a resident's consultations
-- (disclosure request). The reason in words is sealed under the consultation's data key, context approval:<id>.

create table approval (
  id text primary key,
  kind text not null,
  consultation_id text not null,
  ground text not null,
  sealed_reason text not null,
  asked_by text not null,
  asked_as text not null,
  asked_at bigint not null,
  decision text,
  decided_by text,
  decided_as text,
  decided_at bigint,
  used_by text,
  used_at bigint
);
create index approval_asked on approval (asked_at);
create index approval_consultation on approval (consultation_id);
create index audit_staff on audit (staff_id, seq) where staff_id is not null;
