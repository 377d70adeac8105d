-- Says up to where the usage records of before can reach, so that they become one part of many without
-- being moved (V16). Old records are not looked at here: V15 does that while others go on writing. The
-- end lies so far ahead that no call of the time until then comes behind it. Records of a clock that was
-- wrong, which lie beyond, wait for V16 elsewhere: no part may reach over months that need their own.
set local lock_timeout = '5s'; -- Whoever waits for the table makes all others wait behind him.
create table usage_record_beyond (like usage_record);
do $$
declare
  ended timestamptz := (date_trunc('month', now() at time zone 'UTC') + interval '2 months') at time zone 'UTC';
begin
  execute format('alter table usage_record add constraint usage_record_before check (started_at < %L) not valid',
    ended);
  with beyond as (delete from usage_record where started_at >= ended returning *)
  insert into usage_record_beyond select * from beyond;
end
$$;
set local lock_timeout = 0;

-- How long calls took, counted in 80 bins that grow by 2^(1/4): bin k, from 0, holds those of
-- 2^((k - 4) / 4) up to 2^((k - 3) / 4) milliseconds, the first and the last all beyond as well. Spans as
-- in usage_sum: 1 an hour, 3 a day, 4 a month, all of UTC.
create table usage_latency (
  provider_uid uuid not null,
  model text not null,
  span smallint not null check (span in (1, 3, 4)),
  bucket_start timestamptz not null,
  latency bigint[] not null, -- Of all calls, from the head of the request to the end of the answer.
  first_token bigint[] not null, -- Of streams, until the first byte of the answer.
  primary key (model, span, bucket_start, provider_uid)
) with (fillfactor = 60);

create function usage_bin(micros bigint) returns integer language sql immutable parallel safe as
  'select greatest(0, least(79, floor(4 * ln(greatest(micros, 1) / 500.0::float8) / ln(2::float8))::integer))';

-- Calls by their bins as counts of each, and two of these added up.
create function usage_bins(calls integer[]) returns bigint[] language plpgsql immutable parallel safe as $$
declare
  bins bigint[] := array_fill(0::bigint, array[80]);
  bin integer;
begin
  foreach bin in array coalesce(calls, '{}') loop
    bins[bin + 1] := bins[bin + 1] + 1;
  end loop;
  return bins;
end
$$;

create function usage_bins_plus(a bigint[], b bigint[]) returns bigint[] language plpgsql immutable parallel safe as $$
begin
  for n in 1 .. 80 loop
    if b[n] <> 0 then
      a[n] := a[n] + b[n];
    end if;
  end loop;
  return a;
end
$$;

create aggregate usage_bins_total (bigint[]) (sfunc = usage_bins_plus, stype = bigint[],
  initcond = '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}');

-- Without the detour over numeric that sum(bigint) takes.
create aggregate usage_total (bigint) (sfunc = int8pl, stype = bigint, initcond = '0');
