-- Telling people away from the screen: the alerts, and every try to tell somebody. No content and no addresses.

create table alert (
  id text primary key,
  -- One alert for one wait at one level, and one more each time it is told anew.
  occasion text not null unique,
  consultation_id text not null,
  level bigint not null,
  reason text not null,
  state text not null,
  waiting_since bigint not null,
  opened_at bigint not null,
  told bigint not null,
  due_at bigint not null,
  acknowledged_at bigint,
  acknowledged_by text,
  ended_at bigint
);
create index alert_open on alert (consultation_id) where state <> 'over';
create index alert_opened on alert (opened_at);

create table alert_try (
  id text primary key,
  alert_id text not null,
  told bigint not null,
  person text not null,
  way text not null,
  attempt bigint not null,
  state text not null,
  due_at bigint not null,
  began_at bigint,
  ended_at bigint,
  reason text
);
create index alert_try_due on alert_try (due_at) where state in ('due', 'sending');
create index alert_try_alert on alert_try (alert_id, told);
