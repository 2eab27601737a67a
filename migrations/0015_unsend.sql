-- An unsend names its conversation, whose few events are looked through; an index of random keys made each message write a page more.
drop index event_message;
