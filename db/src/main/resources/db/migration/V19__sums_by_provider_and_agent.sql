-- Sums by provider and agent: an agent as a filter beside providers read those of all models.

-- Gateways wait with their journals, rebuilds and prices wait too, until this is committed.
set local lock_timeout = '5s'; -- Whoever waits for the table makes all others wait behind him.
lock table usage_rollup in share row exclusive mode;
set local lock_timeout = 0;
set local work_mem = '64MB';
set local jit = off;

-- The body of usage_add of before may be running already and wait for that table. It would know nothing of the
-- sums by provider and agent: without this function by its old name it fails instead, and its batch is tried again.
alter function usage_key_digest(smallint, uuid, text, text, text, text) rename to usage_digest_of_key;

-- Cube 19; see UsageCube.
do $migration$
declare
  measures text[] := array[
    'requests', 'failed_requests', 'missing_usage_requests', 'unpriced_tokens',
    'tokens_input', 'tokens_output', 'tokens_cached', 'tokens_cache_creation_5m',
    'tokens_cache_creation_1h', 'tokens_cache_creation_unknown_ttl', 'tokens_reasoning',
    'tokens_tool_use_input', 'cost_input', 'cost_output', 'cost_cached', 'cost_cache_creation_5m',
    'cost_cache_creation_1h', 'cost_cache_creation_unknown_ttl', 'cost_reasoning',
    'cost_tool_use_input'];
  keys text := 'bucket_start, provider_uid, provider_type, model, user_name, agent, ';
  listed text := array_to_string(measures, ', ');
  summed text;
  added text;
  rolled text;
  body text := $body$
    declare
      this_hour timestamptz;
    begin
      -- The triggers of usage_rollup are for those who do not know of sums.
      perform set_config('adp.usage_adding', 'on', true);
      with changed as materialized (
        select {keys} {summed} from pg_temp.usage_new group by 1, 2, 3, 4, 5, 6),
      rolled as (
        insert into usage_rollup ({keys} {listed})
        select {keys} {listed} from changed where roll_up order by provider_uid, bucket_start, model, user_name, agent
        on conflict (provider_uid, bucket_start, model, user_name, agent) do update set {rolled}),
      models as materialized (
        select bucket_start, provider_uid, provider_type, model, agent, {summed}
        from changed group by 1, 2, 3, 4, 5),
      cut as (
        select 31::smallint as cube, {keys} {listed} from changed
        union all
        select 24::smallint, bucket_start, '00000000-0000-0000-0000-000000000000'::uuid, '', '',
          user_name, agent, {summed}
        from changed group by bucket_start, user_name, agent
        union all
        select (23 - grouping(provider_type) - 2 * grouping(provider_uid) - 4 * grouping(model)
            - 16 * grouping(agent))::smallint,
          bucket_start, coalesce(provider_uid, '00000000-0000-0000-0000-000000000000'::uuid),
          coalesce(provider_type, ''), coalesce(model, ''), '', coalesce(agent, ''), {summed}
        from models
        group by grouping sets (
          (bucket_start),
          (bucket_start, provider_type),
          (bucket_start, provider_type, provider_uid),
          (bucket_start, model),
          (bucket_start, agent),
          (bucket_start, provider_type, provider_uid, model),
          (bucket_start, provider_type, provider_uid, agent),
          (bucket_start, provider_type, provider_uid, model, agent))),
      part as materialized (
        select *, usage_digest_of_key(cube, provider_uid, provider_type, model, user_name, agent) as digest from cut),
      known as materialized (
        select named.*, (select id from usage_key where usage_key.digest = named.digest) as id
        from (select distinct digest, cube, provider_uid, provider_type, model, user_name, agent from part) as named),
      fresh as (
        -- Of two that bring a key at once, both get it.
        insert into usage_key (digest, cube, provider_uid, provider_type, model, user_name, agent)
        select digest, cube, provider_uid, provider_type, model, user_name, agent from known where id is null
        order by digest
        on conflict (digest) do update set cube = excluded.cube
        returning digest, id),
      keyed as (select digest, id from known where id is not null union all select digest, id from fresh),
      spans as materialized (
        select bucket_start, span, start, cubes
        from (select distinct bucket_start from changed) as buckets
          cross join lateral (values
            (0::smallint, bucket_start, '{0,1,3,4,16}'::smallint[]),
            (1, date_bin('1 hour', bucket_start, 'epoch'), '{0,1,3,4,16,7,19,24,23}'),
            (2, date_bin('6 hours', bucket_start, 'epoch'), '{0,1,3,4,16,7,19,24,23}'),
            (3, date_bin('24 hours', bucket_start, 'epoch'), '{0,1,3,4,16,7,19,24,23,31}'),
            (5, usage_ten_days(bucket_start), '{0,1,3,4,16,7,19,24,23,31}'),
            (4, date_trunc('month', bucket_start, 'UTC'), '{0,1,3,4,16,7,19,24,23}'))
            as each (span, start, cubes))
      insert into usage_sum (key_id, span, bucket_start, {listed})
      select keyed.id, spans.span, spans.start, {summed}
      from part
        join keyed using (digest)
        join spans on spans.bucket_start = part.bucket_start and cube = any (cubes)
      group by 1, 2, 3 order by 1, 2, 3
      on conflict (key_id, span, bucket_start) do update set {added};
      perform set_config('adp.usage_adding', '', true);

      -- A batch is of one hour or two, so that hours, days and months need not be put together first.
      for this_hour in
        select distinct date_bin('1 hour', bucket_start, 'epoch') from pg_temp.usage_new
        where latency_micros is not null order by 1
      loop
        with counted as materialized (
          select model, provider_uid, usage_bins(array_agg(bin)) as latency,
            usage_bins(array_agg(first_bin) filter (where first_bin is not null)) as first_token
          from (
            select model, provider_uid, usage_bin(latency_micros) as bin,
              case when first_token_micros is not null then usage_bin(first_token_micros) end as first_bin
            from pg_temp.usage_new
            where bucket_start >= this_hour and bucket_start < this_hour + interval '1 hour'
              and latency_micros is not null) as calls
          group by 1, 2)
        insert into usage_latency (model, span, bucket_start, provider_uid, latency, first_token)
        select model, span, start, provider_uid, latency, first_token
        from counted cross join (values
          (1::smallint, this_hour),
          (3, date_bin('24 hours', this_hour, 'epoch')),
          (5, usage_ten_days(this_hour)),
          (4, date_trunc('month', this_hour, 'UTC'))) as spans (span, start)
        order by 1, 2, 3, 4
        on conflict (model, span, bucket_start, provider_uid) do update set
          latency = usage_bins_plus(usage_latency.latency, excluded.latency),
          first_token = usage_bins_plus(usage_latency.first_token, excluded.first_token);
      end loop;

      delete from pg_temp.usage_new;
    end
    $body$;
begin
  select string_agg(format('usage_total(%1$s) as %1$s', measure), ', '),
    string_agg(format('%1$s = usage_sum.%1$s + excluded.%1$s', measure), ', '),
    string_agg(format('%1$s = usage_rollup.%1$s + excluded.%1$s', measure), ', ')
  into summed, added, rolled
  from unnest(measures) as measure;
  body := replace(replace(replace(replace(replace(body, '{summed}', summed), '{listed}', listed),
    '{added}', added), '{rolled}', rolled), '{keys}', keys);
  -- Its plans are made while the tables are empty or small, and must not be those of small tables.
  execute format('create or replace function usage_add(roll_up boolean) returns void language plpgsql
    set work_mem = ''32MB'' set jit = off
    set enable_mergejoin = off set enable_nestloop = off set enable_seqscan = off as %L', body);

  -- What was summed up so far, made of the sums by provider, model and agent. It is worked out before the keys
  -- are locked, since pages read them.
  create temporary table usage_made_key on commit drop as
  select distinct provider_uid, provider_type, agent,
    usage_digest_of_key(19::smallint, provider_uid, provider_type, '', '', agent) as digest
  from usage_key where cube = 23;
  execute format($made$
    create temporary table usage_made on commit drop as
    select usage_made_key.digest, span, bucket_start, %1$s
    from usage_sum
      join usage_key on usage_key.id = key_id and cube = 23
      join usage_made_key using (provider_uid, provider_type, agent)
    group by 1, 2, 3$made$, summed);

  set local lock_timeout = '5s'; -- Whoever waits for a table makes all others wait behind him.
  alter table usage_key drop constraint usage_key_cube_check,
    add constraint usage_key_cube_check check (cube in (0, 1, 3, 4, 7, 16, 19, 23, 24, 31));
  set local lock_timeout = 0;
  insert into usage_key (digest, cube, provider_uid, provider_type, model, user_name, agent)
  select digest, 19, provider_uid, provider_type, '', '', agent from usage_made_key order by digest;
  execute format($made$
    insert into usage_sum (key_id, span, bucket_start, %1$s)
    select id, span, bucket_start, %1$s
    from usage_made join usage_key on usage_key.digest = usage_made.digest order by 1, 2, 3$made$, listed);
end
$migration$;
