-- Deliveries are forgotten with their consultation, which went through all of them; nothing asks for those of a conversation that
-- are sent.

drop index delivery_conversation;
create index delivery_consultation on delivery (consultation_id);
