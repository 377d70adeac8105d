-- Money is bigint microcents (USD 1 = 100,000,000); times are timestamptz, stored in UTC.

-- One row. Its version grows with every change of the configuration, so that each process sees at a
-- glance whether what it holds in memory is current.
create table config_version (
  singleton boolean primary key default true check (singleton),
  version bigint not null
);
insert into config_version (version) values (1);

-- Which master key the wrapped keys below belong to.
create table master_key (
  key_id text primary key,
  created_at timestamptz not null default now()
);

create table secret (
  name text primary key check (name ~ '^[A-Z][A-Z0-9_]*$' and length(name) <= 253),
  labels jsonb not null default '{}',
  key_id text not null references master_key,
  wrapped_key bytea not null,
  ciphertext bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- Deleted providers stay as rows without a name claim: usage belongs to their uid and keeps their label.
create table llm_provider (
  uid uuid primary key,
  name text not null check (name ~ '^[a-z][a-z0-9-]*$' and length(name) <= 63),
  display_name text not null check (length(display_name) between 1 and 253),
  description text not null check (length(description) <= 4096),
  type text not null check (type in ('OPENAI', 'OPENAI_COMPATIBLE')),
  enabled boolean not null,
  config jsonb not null,
  record_input_messages boolean not null,
  record_output_messages boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by text not null,
  updated_by text not null,
  version bigint not null,
  deleted_at timestamptz
);
create unique index llm_provider_name on llm_provider (name) where deleted_at is null;
create index llm_provider_created on llm_provider (created_at desc, name) where deleted_at is null;

create table llm_provider_model (
  provider_uid uuid not null references llm_provider on delete cascade,
  position integer not null,
  name text not null check (length(name) between 1 and 512),
  input_per_million bigint check (input_per_million between 0 and 1000000000000),
  output_per_million bigint check (output_per_million between 0 and 1000000000000),
  cached_input_per_million bigint check (cached_input_per_million between 0 and 1000000000000),
  cache_creation_5m_per_million bigint check (cache_creation_5m_per_million between 0 and 1000000000000),
  cache_creation_1h_per_million bigint check (cache_creation_1h_per_million between 0 and 1000000000000),
  primary key (provider_uid, position),
  unique (provider_uid, name)
);

-- The reference itself keeps a secret from being deleted while it is in use.
create table llm_provider_secret (
  provider_uid uuid not null references llm_provider on delete cascade,
  field text not null,
  secret_name text not null references secret on delete restrict,
  primary key (provider_uid, field)
);
create index llm_provider_secret_name on llm_provider_secret (secret_name);

create table app_user (
  name text primary key check (length(name) between 1 and 63),
  email text not null,
  role text not null check (role in ('Reader', 'Writer', 'LLMProviderInvoker', 'Admin')),
  blocked boolean not null default false,
  password_hash text not null,
  created_at timestamptz not null
);

create table service_account (
  name text primary key check (name ~ '^[a-z][a-z0-9-]*$' and length(name) <= 63),
  display_name text not null,
  role text not null check (role in ('Reader', 'Writer', 'LLMProviderInvoker', 'Admin')),
  agent boolean not null default false,
  created_at timestamptz not null
);

create table service_account_credential (
  client_id text primary key,
  service_account text not null references service_account on delete cascade,
  secret_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index service_account_credential_account on service_account_credential (service_account);

create table signing_key (
  kid text primary key,
  public_jwk jsonb not null,
  key_id text not null references master_key,
  wrapped_key bytea not null,
  ciphertext bytea not null,
  created_at timestamptz not null
);

create table portal_session (
  token_hash bytea primary key,
  user_name text not null references app_user on delete cascade,
  csrf_token text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null
);
create index portal_session_created on portal_session (created_at);

-- One row a call. The key makes replays of the journal harmless.
create table usage_record (
  started_at timestamptz not null,
  id uuid not null,
  provider_uid uuid not null,
  provider_type text not null,
  model text not null,
  model_answered text not null,
  user_name text not null,
  agent text not null,
  conversation_id text not null,
  operation text not null,
  streamed boolean not null,
  outcome text not null check (outcome in ('OK', 'UPSTREAM_ERROR', 'CLIENT_GONE', 'UPSTREAM_FAILED')),
  status integer not null,
  usage_state text not null check (usage_state in ('REPORTED', 'PARTIAL', 'ESTIMATED', 'MISSING')),
  upstream_id text not null,
  latency_micros bigint not null,
  first_byte_micros bigint,
  request_bytes bigint not null,
  response_bytes bigint not null,
  tokens_input bigint not null,
  tokens_output bigint not null,
  tokens_cached bigint not null,
  tokens_cache_creation_5m bigint not null,
  tokens_cache_creation_1h bigint not null,
  tokens_cache_creation_unknown_ttl bigint not null,
  tokens_reasoning bigint not null,
  tokens_tool_use_input bigint not null,
  cost_input bigint not null,
  cost_output bigint not null,
  cost_cached bigint not null,
  cost_cache_creation_5m bigint not null,
  cost_cache_creation_1h bigint not null,
  cost_cache_creation_unknown_ttl bigint not null,
  cost_reasoning bigint not null,
  cost_tool_use_input bigint not null,
  unpriced_tokens bigint not null,
  catalog_version text not null,
  primary key (started_at, id)
);
create index usage_record_provider on usage_record (provider_uid, started_at);

-- Quarter hours, so that the days and hours of every time zone add up from them.
create table usage_rollup (
  bucket_start timestamptz not null,
  provider_uid uuid not null,
  provider_type text not null,
  model text not null,
  user_name text not null,
  agent text not null,
  requests bigint not null,
  failed_requests bigint not null,
  missing_usage_requests bigint not null,
  unpriced_tokens bigint not null,
  tokens_input bigint not null,
  tokens_output bigint not null,
  tokens_cached bigint not null,
  tokens_cache_creation_5m bigint not null,
  tokens_cache_creation_1h bigint not null,
  tokens_cache_creation_unknown_ttl bigint not null,
  tokens_reasoning bigint not null,
  tokens_tool_use_input bigint not null,
  cost_input bigint not null,
  cost_output bigint not null,
  cost_cached bigint not null,
  cost_cache_creation_5m bigint not null,
  cost_cache_creation_1h bigint not null,
  cost_cache_creation_unknown_ttl bigint not null,
  cost_reasoning bigint not null,
  cost_tool_use_input bigint not null,
  primary key (provider_uid, bucket_start, model, user_name, agent)
);
create index usage_rollup_bucket on usage_rollup (bucket_start);
