-- A session is good for the issuer that has vouched for it, and ends with it when another one is set.
-- The ID token says at signing out whose session ends at the issuer. It is sealed by the session's
-- own token, of which only a hash is kept. Whoever is signed in has to do so again, once.
delete from external_session;
alter table external_session add column issuer text not null;
alter table external_session add column id_token bytea not null;
