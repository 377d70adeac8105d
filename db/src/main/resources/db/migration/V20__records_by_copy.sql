-- Records that are all new come by COPY, summed up already: COPY takes a third of the time of a statement
-- that looks at each for whether it is there.

-- The places of a connection for what a transaction brings; empty before and after each transaction. Those who
-- have counted how long calls took bring that in the second.
create or replace function usage_begin() returns void language plpgsql as $$
begin
  if to_regclass('pg_temp.usage_new') is null then
    create temporary table usage_new (like usage_rollup, latency_micros bigint, first_token_micros bigint)
      on commit delete rows;
  end if;
  if to_regclass('pg_temp.usage_new_latency') is null then
    create temporary table usage_new_latency (
      model text, provider_uid uuid, bucket_start timestamptz, latency bigint[], first_token bigint[])
      on commit delete rows;
  end if;
end
$$;

-- Begins a transaction that copies records, and says since when there are any: no month is dropped until its end.
create function usage_copy_begin() returns timestamptz language plpgsql as $$
begin
  lock table only usage_record in row exclusive mode;
  perform usage_begin();
  return (select records_since from usage_retention);
end
$$;

-- Adds what was counted, of hours, to those hours and all longer spans; see usage_add for the others.
create function usage_add_latencies() returns void language plpgsql as $$
begin
  insert into usage_latency (model, span, bucket_start, provider_uid, latency, first_token)
  select model, span, start, provider_uid, usage_bins_total(latency), usage_bins_total(first_token)
  from pg_temp.usage_new_latency cross join lateral (values
    (1::smallint, bucket_start),
    (3, date_bin('24 hours', bucket_start, 'epoch')),
    (5, usage_ten_days(bucket_start)),
    (4, date_trunc('month', bucket_start, 'UTC'))) as spans (span, start)
  group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (model, span, bucket_start, provider_uid) do update set
    latency = usage_bins_plus(usage_latency.latency, excluded.latency),
    first_token = usage_bins_plus(usage_latency.first_token, excluded.first_token);
end
$$;
