-- Answers made in the background and results of batches, which any number of calls can show: the one
-- record that counts their tokens. Rows stay for ever, for their work can be shown again at any time.
create table usage_counted (
  provider_uid uuid not null,
  work text not null,
  record_id uuid not null,
  primary key (provider_uid, work)
);
