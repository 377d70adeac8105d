-- Names of conversations and of answers are compared byte by byte: one index finds a name and how names
-- begin, and it is cheaper to keep.
drop index transcript_conversation_prefix;
alter table transcript_conversation
  alter column conversation_id type text collate "C";

-- The first answer with an id is found at once, however many have it.
drop index transcript_turn_provider;
alter table transcript_turn
  alter column conversation_id type text collate "C",
  alter column upstream_id type text collate "C",
  alter column previous_response_id type text collate "C",
  drop constraint transcript_turn_input_state_check,
  add constraint transcript_turn_input_state_check
    check (input_state in ('NOT_RECORDED', 'RECORDED', 'TRUNCATED', 'DROPPED', 'UNREADABLE')),
  drop constraint transcript_turn_output_state_check,
  add constraint transcript_turn_output_state_check
    check (output_state in ('NOT_RECORDED', 'RECORDED', 'TRUNCATED', 'DROPPED', 'UNREADABLE'));
create index transcript_turn_answer on transcript_turn (provider_uid, upstream_id, started_at);
