-- Usage records in months of UTC, so that old ones go at once and nothing has to be deleted row by row.
-- Nothing is moved: the records of before become the first part, which ends where V14 says; all that is
-- done here takes moments.
set local lock_timeout = '5s'; -- Whoever waits for the table makes all others wait behind him.
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

-- The place of a month, where the month ends, and whether it has one.
create function usage_record_place(month timestamptz) returns text language sql stable as $$
  select 'usage_record_' || to_char(month at time zone 'UTC', 'YYYY_MM')
$$;

create function usage_record_month_end(month timestamptz) returns timestamptz language sql stable as $$
  select (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC'
$$;

create function usage_record_has(month timestamptz) returns boolean language sql stable as $$
  select exists (select from usage_record_parts()
    where place = usage_record_place(month) or place = 'usage_record_before' and ended >= usage_record_month_end(month))
$$;

-- A month gets its place in three steps of one transaction, so that the middle one may be taken in many
-- statements: the place is begun, unless there is one; what lies elsewhere is moved into it; it becomes a part.
-- Nobody stores records meanwhile: they would go elsewhere again.
create function usage_record_month_begin(month timestamptz) returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock(1633972227); -- One at a time.
  if usage_record_has(month) then
    return false;
  end if;
  lock table usage_record in share row exclusive mode;
  execute format('create table %I (like usage_record including defaults including constraints)',
    usage_record_place(month));
  return true;
end
$$;

create function usage_record_month_move(month timestamptz, first timestamptz, beyond timestamptz)
  returns bigint language plpgsql as $$
declare
  moved bigint;
begin
  execute format('with found as (delete from usage_record_default'
    ' where started_at >= %L and started_at < %L returning *) insert into %I select * from found',
    first, beyond, usage_record_place(month));
  get diagnostics moved = row_count;
  return moved;
end
$$;

create function usage_record_month_attach(month timestamptz) returns void language plpgsql as $$
begin
  execute format('alter table usage_record attach partition %I for values from (%L) to (%L)',
    usage_record_place(month), date_trunc('month', month, 'UTC'), usage_record_month_end(month));
end
$$;

-- All three at once; says how many records were moved.
create function usage_record_month(month timestamptz) returns bigint language plpgsql as $$
declare
  moved bigint;
begin
  if not usage_record_month_begin(month) then
    return 0;
  end if;
  moved := usage_record_month_move(month, date_trunc('month', month, 'UTC'), usage_record_month_end(month));
  perform usage_record_month_attach(month);
  return moved;
end
$$;

-- The months that need a place and have none: the one of a moment and some ahead, and those of which
-- there are records.
create function usage_record_months_missing(moment timestamptz, ahead integer) returns setof timestamptz
  language sql stable as $$
  with months as materialized (
    select date_trunc('month', started_at, 'UTC') as start from usage_record_default
    union
    select (date_trunc('month', moment at time zone 'UTC') + n * interval '1 month') at time zone 'UTC'
    from generate_series(0, ahead) as n)
  select start from months where not usage_record_has(start) order by start
$$;

-- Drops the oldest part that ended before; says how many that were, so that each goes by itself.
create function usage_record_drop(oldest timestamptz) returns integer language plpgsql as $$
declare
  part record;
begin
  perform pg_advisory_xact_lock(1633972227);
  select * into part from usage_record_parts() where ended <= oldest order by ended limit 1;
  if not found then
    return 0;
  end if;
  execute format('drop table %I', part.place);
  update usage_retention set records_since = greatest(records_since, part.ended);
  return 1;
end
$$;

do $$
declare
  missing timestamptz;
begin
  if exists (select from usage_record_before) then
    execute format('alter table usage_record attach partition usage_record_before for values from (minvalue) to (%L)',
      (select substring(pg_get_constraintdef(oid) from '''([^'']+)''')::timestamptz from pg_constraint
        where conrelid = 'usage_record_before'::regclass and conname = 'usage_record_before'));
    alter table usage_record_before drop constraint usage_record_before;
  else
    drop table usage_record_before;
  end if;
  insert into usage_record select * from usage_record_beyond;
  for missing in select * from usage_record_months_missing(now(), 3) loop
    perform usage_record_month(missing);
  end loop;
end
$$;

drop table usage_record_beyond;
set local lock_timeout = 0;
