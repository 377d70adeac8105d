-- Sums of usage by fewer dimensions and longer spans of time than those of usage_rollup.

-- Takes its time, and lets others write meanwhile; see V14.
alter table usage_record validate constraint usage_record_before;

-- 128 bits that stand for a key.
create function usage_digest(cube smallint, provider_uid uuid, provider_type text, model text, user_name text,
  agent text) returns uuid language sql immutable parallel safe as
  $$select md5(cube::text || provider_uid::text || length(provider_type)::text || ' ' || provider_type
    || length(model)::text || ' ' || model || length(user_name)::text || ' ' || user_name || agent)::uuid$$;

-- What usage is summed up by. A cube has the dimensions of its bits: 1 type of provider, 2 provider,
-- 4 model, 8 user, 16 agent; those that it has not are empty.
create table usage_key (
  id bigint generated always as identity primary key,
  digest uuid not null unique,
  cube smallint not null check (cube in (0, 1, 3, 4, 7, 16, 23, 24, 31)),
  provider_uid uuid not null,
  provider_type text not null,
  model text not null,
  user_name text not null,
  agent text not null
);
create index usage_key_provider on usage_key (cube, provider_uid);
create index usage_key_model on usage_key (cube, model);
create index usage_key_user on usage_key (cube, user_name);
create index usage_key_agent on usage_key (cube, agent);

-- Spans: 0 a quarter of an hour, 1 an hour, 2 six hours, 3 a day, 4 a month, all of UTC. The more sums
-- a cube has the fewer spans: what lies between is in usage_rollup. See UsageCube.
create table usage_sum (
  key_id bigint not null,
  span smallint not null check (span between 0 and 4),
  bucket_start timestamptz not null,
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
  primary key (key_id, span, bucket_start)
) with (fillfactor = 70);

-- What finds the quarters of an hour of a user.
create index usage_rollup_user on usage_rollup (user_name, bucket_start);

-- Room beside each row for its next version, which then needs no new entries in the indexes.
alter table usage_rollup set (fillfactor = 80);

-- A place of this connection for what a transaction brings, until it is added to all sums at once:
-- calls as they were stored, or differences. Empty before and after each transaction.
create function usage_begin() returns void language plpgsql as $$
begin
  if to_regclass('pg_temp.usage_new') is null then
    create temporary table usage_new (like usage_rollup, latency_micros bigint, first_token_micros bigint)
      on commit delete rows;
  end if;
end
$$;

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
  negative text;
  summed text;
  added text;
  rolled text;
  body text := $body$
    declare
      this_hour timestamptz;
    begin
      -- The triggers below are for those who do not know of sums.
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
          (bucket_start, provider_type, provider_uid, model, agent))),
      part as materialized (
        select *, usage_digest(cube, provider_uid, provider_type, model, user_name, agent) as digest from cut),
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
            (1, date_bin('1 hour', bucket_start, 'epoch'), '{0,1,3,4,16,7,24,23}'),
            (2, date_bin('6 hours', bucket_start, 'epoch'), '{0,1,3,4,16,7,23}'),
            (3, date_bin('24 hours', bucket_start, 'epoch'), '{0,1,3,4,16,7,24,31}'),
            (4, date_trunc('month', bucket_start, 'UTC'), '{0,1,3,4,16,7,24,23}'))
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
    string_agg(format('%1$s = usage_rollup.%1$s + excluded.%1$s', measure), ', '),
    string_agg(format('-%1$s as %1$s', measure), ', ')
  into summed, added, rolled, negative
  from unnest(measures) as measure;
  body := replace(replace(replace(replace(replace(body, '{summed}', summed), '{listed}', listed),
    '{added}', added), '{rolled}', rolled), '{keys}', keys);
  -- Its plans are made while the tables are empty or small, and must not be those of small tables.
  execute format('create function usage_add(roll_up boolean) returns void language plpgsql
    set work_mem = ''32MB'' set jit = off
    set enable_mergejoin = off set enable_nestloop = off set enable_seqscan = off as %L', body);

  -- Whoever else writes roll-ups, a gateway of the version before for one, adds to the sums as well.
  -- The same function three times, since a trigger knows its changed rows by other names each time.
  body := $body$
    begin
      if current_setting('adp.usage_adding', true) = 'on' then
        return null;
      end if;
      perform usage_begin();
      insert into pg_temp.usage_new ({keys} {listed}) {source};
      perform usage_add(false);
      return null;
    end
    $body$;
  body := replace(replace(body, '{keys}', keys), '{listed}', listed);
  execute format('create function usage_sum_of_added() returns trigger language plpgsql as %L',
    replace(body, '{source}', format('select %s%s from added', keys, listed)));
  execute format('create function usage_sum_of_changed() returns trigger language plpgsql as %L',
    replace(body, '{source}', format(
      'select %1$s%2$s from added union all select %1$s%3$s from removed', keys, listed, negative)));
  execute format('create function usage_sum_of_removed() returns trigger language plpgsql as %L',
    replace(body, '{source}', format('select %s%s from removed', keys, negative)));
end
$migration$;

create trigger usage_sum_of_added after insert on usage_rollup
  referencing new table as added for each statement execute function usage_sum_of_added();
create trigger usage_sum_of_changed after update on usage_rollup
  referencing old table as removed new table as added
  for each statement execute function usage_sum_of_changed();
create trigger usage_sum_of_removed after delete on usage_rollup
  referencing old table as removed for each statement execute function usage_sum_of_removed();

-- What is there already goes the same way, a day at a time; nobody can write roll-ups meanwhile, since
-- the triggers above hold the table until this is committed.
do $$
declare
  day timestamptz;
begin
  perform usage_begin();
  for day in select distinct date_trunc('day', bucket_start, 'UTC') from usage_rollup order by 1 loop
    insert into pg_temp.usage_new select * from usage_rollup
    where bucket_start >= day and bucket_start < day + interval '24 hours';
    perform usage_add(false);
    truncate pg_temp.usage_new; -- What it deleted would be read again each day.
  end loop;
end
$$;

-- Records on their way into usage_record: text of this type is read several times faster than JSON.
-- Never to be changed: whoever needs another column makes another type, for processes of the version
-- before use this one.
create type usage_incoming as (
  started_at timestamptz,
  id uuid,
  provider_uid uuid,
  provider_type text,
  model text,
  model_answered text,
  user_name text,
  agent text,
  conversation_id text,
  operation text,
  streamed boolean,
  outcome text,
  status integer,
  usage_state text,
  upstream_id text,
  latency_micros bigint,
  first_byte_micros bigint,
  request_bytes bigint,
  response_bytes bigint,
  tokens_input bigint,
  tokens_output bigint,
  tokens_cached bigint,
  tokens_cache_creation_5m bigint,
  tokens_cache_creation_1h bigint,
  tokens_cache_creation_unknown_ttl bigint,
  tokens_reasoning bigint,
  tokens_tool_use_input bigint,
  cost_input bigint,
  cost_output bigint,
  cost_cached bigint,
  cost_cache_creation_5m bigint,
  cost_cache_creation_1h bigint,
  cost_cache_creation_unknown_ttl bigint,
  cost_reasoning bigint,
  cost_tool_use_input bigint,
  unpriced_tokens bigint,
  catalog_version text,
  service_tier text,
  connection_test boolean,
  longest_prompt bigint,
  counts_once text
);
