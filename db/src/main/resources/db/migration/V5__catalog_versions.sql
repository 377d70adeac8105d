-- Price catalogues, each a whole file. At most one is in force and at most one waits for an
-- administrator.
create table catalog_version (
  id bigint generated always as identity primary key,
  version text not null,
  digest text not null unique check (digest ~ '^[0-9a-f]{64}$'),
  source text not null,
  fetched_at timestamptz not null,
  state text not null check (state in ('PENDING', 'ACTIVE', 'SUPERSEDED', 'REJECTED')),
  diff jsonb not null,
  content text not null
);
create unique index catalog_version_active on catalog_version (state) where state = 'ACTIVE';
create unique index catalog_version_pending on catalog_version (state) where state = 'PENDING';

-- What the upstream says of the service tier of a call; null is the standard one. A call that is
-- priced later needs it.
alter table usage_record add column service_tier text;

-- Calls that wait for a price.
create index usage_record_unpriced on usage_record (started_at, id) where unpriced_tokens > 0;
