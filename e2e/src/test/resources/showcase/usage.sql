-- A week of usage: dollars a day of each provider, spread over its models and over the days.
with provider (name, dollars, shape) as (
  values
    ('anthropic-engineering', 520.0, array[0.95, 1.0, 0.9, 0.86, 1.06, 0.24, 0.27]),
    ('openai-production', 260.0, array[1.08, 0.93, 1.02, 0.97, 1.1, 0.82, 0.7]),
    ('bedrock-eu', 150.0, array[0.92, 0.82, 1.12, 1.02, 0.9, 0.22, 0.28]),
    ('gemini-long-context', 84.0, array[0.94, 1.04, 0.9, 1.0, 1.0, 0.74, 0.7]),
    ('anthropic-subscriptions', 56.0, array[0.9, 1.06, 1.0, 0.92, 1.08, 0.3, 0.2]),
    ('bedrock-us-regulated', 51.0, array[1.06, 1.05, 0.98, 0.97, 0.98, 0.8, 0.72]),
    ('openai-evaluations', 37.0, array[0.0, 0.0, 2.4, 2.5, 0.0, 0.0, 0.0]),
    ('support-bot', 12.0, array[0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2]),
    ('checkout', 4.0, array[1.0, 1.1, 0.9, 1.2, 1.0, 0.4, 0.3]),
    ('translations', 2.0, array[0.2, 0.0, 1.4, 0.1, 0.9, 0.0, 0.0]),
    ('vllm-llama', 0.0, array[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
),
used as (
  select
    date_trunc('day', now(), 'UTC') - (7 - day) * interval '1 day' as bucket_start,
    uid,
    type,
    m.name as model,
    dollars * shape[day] * (array[0.61, 0.24, 0.135, 0.015])[m.position + 1] as dollars,
    case when dollars = 0 then 9000000 else 0 end as unpriced
  from provider
  join llm_provider using (name)
  join llm_provider_model m on m.provider_uid = uid,
  generate_series(1, 7) as day
  where m.position < 4
)
insert into usage_rollup
select
  bucket_start, uid, type, model, 'admin', '',
  ceil(dollars * 41) + case when unpriced > 0 then 1200 else 0 end, ceil(dollars / 60), 0, unpriced,
  dollars * 260000 + unpriced, dollars * 61000, dollars * 110000, dollars * 9000, 0, 0, 0, 0,
  dollars * 40000000, dollars * 49000000, dollars * 8000000, dollars * 3000000, 0, 0, 0, 0
from used
where dollars > 0 or unpriced > 0;
