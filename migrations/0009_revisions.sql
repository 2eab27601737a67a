-- What staff published: the files a flow was made of, who did it and why. A file's text is kept once, by its SHA-256,
-- however many revisions it is part of. Nothing here is personal but the name of who published.

create table revision (
  folder text not null,
  number bigint not null,
  at bigint not null,
  who text not null,
  why text not null,
  files text not null,
  primary key (folder, number)
);

create table revision_file (
  hash text primary key,
  body text not null
);
