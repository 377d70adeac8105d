-- Usage records in months of UTC, so that old ones go at once and nothing has to be deleted row by row.
-- Nothing is moved: the records of before become the first part, which ends where V14 says; all that is
-- done here takes moments.
lock table usage_record in access exclusive mode;
alter table usage_record rename to usage_record_before;
alter index usage_record_pkey rename to usage_record_before_pkey;
alter index usage_record_unpriced rename to usage_record_before_unpriced;
drop index usage_record_provider; -- Nobody asks for it, and each record had to be entered.

create table usage_record (like usage_record_before including defaults including constraints)
  partition by range (started_at);
alter table usage_record drop constraint usage_record_before;
-- The time of a record never changes: whoever brings it again brings the same, and finds it.
alter table usage_record add primary key (started_at, id);
create index usage_record_unpriced on usage_record (started_at, id) where unpriced_tokens > 0;

-- For what comes of a month that has no place of its own, so that no record is refused; it is emptied
-- whenever places are made.
create table usage_record_default partition of usage_record default;

-- One row. Records of before are gone; their sums are not.
create table usage_retention (
  singleton boolean primary key default true check (singleton),
  records_since timestamptz not null
);
insert into usage_retention (records_since) values ('1970-01-01T00:00:00Z');

-- The parts that have an end, and it.
create function usage_record_parts() returns table (place text, ended timestamptz) language sql stable as $$
  select relname::text, substring(pg_get_expr(relpartbound, pg_class.oid) from 'TO \(''([^'']+)''\)')::timestamptz
  from pg_inherits join pg_class on pg_class.oid = inhrelid
  where inhparent = 'usage_record'::regclass and relname <> 'usage_record_default'
$$;

-- Makes the place for a month, unless there is one, and moves into it what lies elsewhere.
create function usage_record_month(month timestamptz) returns bigint language plpgsql as $$
declare
  name text := 'usage_record_' || to_char(month at time zone 'UTC', 'YYYY_MM');
  first timestamptz := date_trunc('month', month, 'UTC');
  beyond timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  moved bigint;
begin
  if exists (select from usage_record_parts()
      where place = name or place = 'usage_record_before' and ended >= beyond) then
    return 0;
  end if;
  execute format('create table %I (like usage_record including defaults including constraints)', name);
  execute format('with found as (delete from usage_record_default'
    ' where started_at >= %L and started_at < %L returning *) insert into %I select * from found',
    first, beyond, name);
  get diagnostics moved = row_count;
  execute format('alter table usage_record attach partition %I for values from (%L) to (%L)',
    name, first, beyond);
  return moved;
end
$$;

-- Makes the places for this month and some ahead, and for whatever has none; says how many records
-- had none.
create function usage_record_months(at timestamptz, ahead integer) returns bigint language plpgsql as $$
declare
  this_month timestamp := date_trunc('month', at at time zone 'UTC');
  month timestamptz;
  moved bigint := 0;
begin
  perform pg_advisory_xact_lock(1633972227); -- One at a time.
  for month in
    select date_trunc('month', started_at, 'UTC') from usage_record_default
    union
    select (this_month + n * interval '1 month') at time zone 'UTC' from generate_series(0, ahead) as n
    order by 1
  loop
    moved := moved + usage_record_month(month);
  end loop;
  return moved;
end
$$;

-- Drops the parts that ended before; says how many.
create function usage_record_drop(oldest timestamptz) returns integer language plpgsql as $$
declare
  part record;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(1633972227);
  for part in select * from usage_record_parts() where ended <= oldest order by ended loop
    execute format('drop table %I', part.place);
    update usage_retention set records_since = greatest(records_since, part.ended);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

do $$
begin
  if exists (select from usage_record_before) then
    execute format('alter table usage_record attach partition usage_record_before for values from (minvalue) to (%L)',
      (select substring(pg_get_constraintdef(oid) from '''([^'']+)''')::timestamptz from pg_constraint
        where conrelid = 'usage_record_before'::regclass and conname = 'usage_record_before'));
    alter table usage_record_before drop constraint usage_record_before;
  else
    drop table usage_record_before;
  end if;
  perform usage_record_months(now(), 3);
end
$$;
