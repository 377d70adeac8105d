-- Users and service accounts become resources that people list, change and delete.
alter table app_user
  add column updated_at timestamptz not null default now(),
  add column signed_in_at timestamptz,
  add column version bigint not null default 1;
update app_user set updated_at = created_at;

-- Usage is attributed by e-mail: two users must not share one.
create unique index app_user_email on app_user (lower(email));

alter table service_account
  add column updated_at timestamptz not null default now(),
  add column version bigint not null default 1;
update service_account set updated_at = created_at;

alter table service_account_credential add column last_used_at timestamptz;

create index portal_session_user on portal_session (user_name);

-- How often a password was wrong, for a user name and for a client address. The key is a hash: what
-- is typed as a name may be a password.
create table sign_in_attempt (
  key bytea primary key,
  failures integer not null,
  next_at timestamptz not null,
  forget_at timestamptz not null
);
create index sign_in_attempt_forget on sign_in_attempt (forget_at);
