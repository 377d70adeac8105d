-- Calls that only tried a connection; they are counted and priced as all others are.
alter table usage_record add column connection_test boolean not null default false;

-- How often somebody tries connections: the moment from which all of his checks are free again. Rows
-- of the past say nothing and are removed.
create table connection_check_pace (
  actor text primary key,
  free_at timestamptz not null
);
