alter table llm_provider drop constraint llm_provider_type_check;
alter table llm_provider add constraint llm_provider_type_check
  check (type in ('OPENAI', 'ANTHROPIC', 'GOOGLE', 'BEDROCK', 'OPENAI_COMPATIBLE'));

alter table app_user drop constraint app_user_role_check;
alter table app_user add constraint app_user_role_check
  check (role in ('Reader', 'Writer', 'LLMProviderInvoker', 'TranscriptReader', 'Admin'));

alter table service_account drop constraint service_account_role_check;
alter table service_account add constraint service_account_role_check
  check (role in ('Reader', 'Writer', 'LLMProviderInvoker', 'TranscriptReader', 'Admin'));

-- A guardrail that exists in AWS, by the name that providers attach it by.
create table guardrail (
  uid uuid primary key,
  name text not null unique check (name ~ '^[a-z][a-z0-9-]*$' and length(name) <= 63),
  display_name text not null check (length(display_name) between 1 and 253),
  description text not null check (length(description) <= 4096),
  enabled boolean not null,
  state text not null check (state in ('ACTIVE', 'DELETING')),
  region text not null,
  guardrail_identifier text not null,
  guardrail_version text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by text not null,
  updated_by text not null,
  version bigint not null
);
create index guardrail_created on guardrail (created_at desc, name);

-- The reference itself keeps a guardrail from being deleted while it is in use.
alter table llm_provider add column guardrail_uid uuid references guardrail on delete restrict;
create index llm_provider_guardrail on llm_provider (guardrail_uid) where guardrail_uid is not null;

-- Who did what; written in the transaction of the change itself. Refusals have an outcome of their
-- own; repeated ones share a row, so that a storm does not write one each.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  surface text not null,
  address text not null,
  action text not null,
  resource text not null,
  outcome text not null check (outcome in ('DONE', 'REFUSED')),
  before jsonb,
  after jsonb,
  repeated bigint not null default 0
);
create index audit_log_at on audit_log (at desc, id desc);
create index audit_log_actor on audit_log (actor, at desc);
create index audit_log_resource on audit_log (resource, at desc);
