-- When each provider was last changed, so that the list shows old and new ones.
update llm_provider set updated_at = now() - age, updated_by = who
from (
  values
    ('anthropic-engineering', interval '38 minutes', 'maya'),
    ('openai-production', interval '3 hours', 'maya'),
    ('bedrock-eu', interval '26 hours', 'admin'),
    ('gemini-long-context', interval '2 days', 'admin'),
    ('anthropic-subscriptions', interval '4 days', 'admin'),
    ('bedrock-us-regulated', interval '6 days', 'maya'),
    ('openai-evaluations', interval '8 days', 'admin'),
    ('openrouter-trial', interval '13 days', 'admin'),
    ('vllm-llama', interval '21 days', 'admin'),
    ('ollama-lab', interval '40 days', 'admin')
) as change (changed, age, who)
where name = changed;
