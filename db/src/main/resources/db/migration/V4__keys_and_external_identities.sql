-- Signing keys follow one another. A key is published before it signs; the unique name of what it
-- replaces makes sure that of several instances only one adds the successor.
alter table signing_key add column signs_from timestamptz;
update signing_key set signs_from = created_at;
alter table signing_key alter column signs_from set not null;
alter table signing_key add column replaces text unique;

-- One master key is in force: everything new is wrapped by it. Another one stays here as long as
-- rows are left that it has wrapped.
alter table master_key add column in_force boolean not null default true;
create unique index master_key_in_force on master_key (in_force) where in_force;

-- Sign-ins by an external issuer. The roles are those of the moment, so a session is short.
create table external_session (
  token_hash bytea primary key,
  subject text not null check (length(subject) between 1 and 255),
  attribution text not null,
  roles jsonb not null,
  csrf_token text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null
);
create index external_session_created on external_session (created_at);
create index external_session_subject on external_session (subject);

-- External identities that an administrator has shut out, whatever their tokens say.
create table blocked_subject (
  subject text primary key check (length(subject) between 1 and 255),
  reason text not null check (length(reason) <= 1000),
  blocked_at timestamptz not null,
  blocked_by text not null
);
