-- Notes that are kept longer than the content of their consultation lie under a key of their own from then on: the
-- content's key is destroyed on time. Null before, and when there are none.

alter table consultation add column notes_key text;
