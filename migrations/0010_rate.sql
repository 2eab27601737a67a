-- Tries counted against a limit; ids are hashes of what is counted. See src/console/limit.ts.

create table rate (id text primary key, count bigint not null, since bigint not null);
