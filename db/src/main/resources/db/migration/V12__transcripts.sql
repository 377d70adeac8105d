-- What was said. One row a call of a model, whether its provider records messages or not: who called,
-- how long it took and what it cost stands in its usage record, which has the same key.
create table transcript_turn (
  started_at timestamptz not null,
  id uuid not null,
  provider_uid uuid not null,
  conversation_id text not null,
  upstream_id text not null,
  previous_response_id text not null,
  trace_id text not null,
  span_id text not null,
  parent_span_id text not null,
  finish_reasons text not null,
  input_state text not null check (input_state in ('NOT_RECORDED', 'RECORDED', 'TRUNCATED', 'DROPPED')),
  input text check ((input is not null) = (input_state in ('RECORDED', 'TRUNCATED'))),
  output_state text not null check (output_state in ('NOT_RECORDED', 'RECORDED', 'TRUNCATED', 'DROPPED')),
  output text check ((output is not null) = (output_state in ('RECORDED', 'TRUNCATED'))),
  primary key (started_at, id)
);
create index transcript_turn_conversation on transcript_turn (conversation_id, started_at, id);
-- Finds the answer that a turn goes on from, and what goes with a provider.
create index transcript_turn_provider on transcript_turn (provider_uid, upstream_id);

-- Messages are large and written once: lz4 costs a fraction of the time. Not every server has it.
do $$
begin
  alter table transcript_turn alter column input set compression lz4;
  alter table transcript_turn alter column output set compression lz4;
exception when feature_not_supported or invalid_parameter_value then
  null;
end $$;

-- Turns that their conversation does not count yet, since the usage record comes by a way of its own.
create table transcript_pending (
  started_at timestamptz not null,
  id uuid not null,
  primary key (started_at, id)
);

-- Sums over the turns of a conversation, so that a page of the list reads one row for each.
create table transcript_conversation (
  conversation_id text primary key,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  turns bigint not null,
  failed_turns bigint not null,
  missing_usage_turns bigint not null,
  input_turns bigint not null,
  output_turns bigint not null,
  tokens bigint not null,
  unpriced_tokens bigint not null,
  cost bigint not null,
  last_started_at timestamptz not null,
  last_outcome text not null,
  provider_uids uuid[] not null,
  agents text[] not null,
  users text[] not null,
  models text[] not null
) with (fillfactor = 80);
create index transcript_conversation_started on transcript_conversation (started_at desc, conversation_id desc);
create index transcript_conversation_failed on transcript_conversation (started_at desc, conversation_id desc)
  where failed_turns > 0;
create index transcript_conversation_names on transcript_conversation using gin (provider_uids, agents, users, models);
create index transcript_conversation_prefix on transcript_conversation (conversation_id text_pattern_ops);
