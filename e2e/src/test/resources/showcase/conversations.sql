-- A day of conversations; the first has turns to look at.
insert into transcript_conversation
select
  'c_8f2' || id, now() - minutes * interval '1 minute', now() - minutes * interval '1 minute' + seconds * interval '1 second',
  turns, failed, 0, case when recorded then turns else 0 end, case when recorded then turns else 0 end,
  tokens, 0, dollars * 100000000, now() - minutes * interval '1 minute',
  case when failed > 0 then 'UPSTREAM_ERROR' else 'OK' end, array[uid],
  case when agent = '' then array[]::text[] else array['agents/' || agent] end,
  array[case when agent = '' then 'maya@example.com' else agent end], array['claude-sonnet-5-5']
from (values
  ('1ccb7', 57, 252, 11, 0, true, 312600, 1.94, 'code-review', 'anthropic-engineering'),
  ('1b912', 80, 38, 2, 0, true, 6100, 0.03, '', 'openai-production'),
  ('19e40', 95, 543, 23, 2, true, 1140000, 3.87, 'research-digest', 'gemini-long-context'),
  ('181aa', 107, 52, 4, 0, false, 21900, 0.09, 'support-bot', 'bedrock-us-regulated'),
  ('16630', 130, 400, 17, 0, true, 508300, 2.71, 'code-review', 'anthropic-engineering'),
  ('1520e', 153, 135, 8, 0, false, 40700, 0.18, '', 'bedrock-eu'),
  ('13c75', 165, 67, 5, 0, true, 33000, 0.14, 'support-bot', 'anthropic-engineering'),
  ('120e1', 215, 506, 21, 0, true, 987500, 3.31, 'research-digest', 'gemini-long-context'),
  ('0fd39', 241, 80, 3, 0, true, 12400, 0.05, '', 'openai-production')
) as shown (id, minutes, seconds, turns, failed, recorded, tokens, dollars, agent, provider)
join llm_provider on llm_provider.name = provider;

insert into usage_record
select
  now() - interval '38 minutes' + n * interval '36 seconds', ('00000000-0000-0000-0000-00000000000' || n)::uuid, uid, type,
  'claude-sonnet-5-5', 'claude-sonnet-5-5', 'support-bot', 'agents/support-bot', 'c_8f21d0c4', 'POST /v1/messages', true,
  'OK', 200, 'REPORTED', 'msg_' || n, 3100000 + n * 700000, 640000, 4000, 2000,
  11840 + n * 1200, 212 + n * 90, 8000, 0, 0, 0, 0, 0, 1800000, 500000, 0, 0, 0, 0, 0, 0, 0, '2026-11-24'
from llm_provider, generate_series(1, 3) as n
where name = 'anthropic-engineering';

insert into transcript_turn
select
  started_at, id, provider_uid, conversation_id, upstream_id, '', '4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', '', reason,
  input_state, input, 'RECORDED', output
from usage_record
join (values
  ('msg_1', 'tool_call', 'RECORDED',
   '[{"role":"system","parts":[{"type":"text","content":"You triage support tickets. Find the account, check its limits, and answer in the customer’s language. Escalate when money is involved."}]},{"role":"user","parts":[{"type":"text","content":"Our nightly export has been failing since Thursday with “quota exceeded”, but the dashboard says we are at 61%. Ticket 48213."}]}]',
   '[{"role":"assistant","parts":[{"type":"reasoning","content":"The ticket names no account: I have to look it up first."},{"type":"text","content":"I’ll look up the account and its export limits first."},{"type":"tool_call","id":"call_1","name":"lookup_account","arguments":{"ticket":48213}},{"type":"tool_call","id":"call_2","name":"get_limits","arguments":{"account":"a_5513","resource":"export"}}]}]'),
  ('msg_2', 'tool_call', 'TRUNCATED',
   '[{"role":"system","parts":[{"type":"text","content":"You triage support tickets. Find the account, check its limits, and answer in the customer’s language. Escalate when money is involved."}]},{"role":"user","parts":[{"type":"text","content":"Our nightly export has been failing since Thursday with “quota exceeded”, but the dashboard says we are at 61%. Ticket 48213."}]},{"role":"assistant","parts":[{"type":"text","content":"I’ll look up the account and its export limits first."},{"type":"tool_call","id":"call_1","name":"lookup_account","arguments":{"ticket":48213}},{"type":"tool_call","id":"call_2","name":"get_limits","arguments":{"account":"a_5513","resource":"export"}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"call_1","response":{"account":"a_5513","plan":"team"}},{"type":"tool_call_response","id":"call_2","response":{"rows_a_day":2000000,"used":1998112}}]}]',
   '[{"role":"assistant","parts":[{"type":"text","content":"The export hits a daily limit of 2,000,000 rows; the 61% on the dashboard is the monthly figure. Both are right, but they measure different windows.\n\nTwo ways forward: split the export over two nights, or raise the daily limit. A higher limit changes the invoice, so I have passed that option to a colleague."},{"type":"tool_call","id":"call_3","name":"escalate","arguments":{"ticket":48213,"reason":"limit change affects billing"}}]}]'),
  ('msg_3', 'stop', 'NOT_RECORDED', null,
   '[{"role":"assistant","parts":[{"type":"text","content":"Summary added to ticket 48213 and the customer was notified."}]}]')
) as said (message, reason, input_state, input, output) on message = upstream_id;

insert into transcript_conversation
select
  conversation_id, min(started_at), max(started_at) + interval '5 seconds', 3, 0, 0, 2, 3, sum(tokens_input + tokens_output + tokens_cached), 0,
  sum(cost_input + cost_output), max(started_at), 'OK', array[(array_agg(provider_uid))[1]], array['agents/support-bot'], array['support-bot'],
  array['claude-sonnet-5-5']
from usage_record where conversation_id = 'c_8f21d0c4' group by 1;
