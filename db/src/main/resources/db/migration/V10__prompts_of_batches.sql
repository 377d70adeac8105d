-- The longest of the prompts that a record of a batch's results tells of; null when it tells of one.
-- Price tiers go by the size of each prompt: whoever prices such a record later needs it.
alter table usage_record add column longest_prompt bigint;
