-- How a session began: a passkey is two factors, a password is one. Path of the account library; null for older ones.

alter table staff_session add column via text;
