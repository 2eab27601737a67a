-- The log of accesses and changes, and the blocks it is chained in; see src/audit/. Rows hold no content.

create table audit (
  seq {{serial}},
  at bigint not null,
  staff_id text,
  what text not null,
  consultation_id text,
  detail text not null,
  block bigint
);
create index audit_unsealed on audit (seq) where block is null;
create index audit_block_rows on audit (block, seq) where block is not null;
create index audit_consultation on audit (consultation_id, seq) where consultation_id is not null;

create table audit_block (
  number bigint primary key,
  at bigint not null,
  entries bigint not null,
  digest text not null,
  seal text not null
);
