-- Deleting a provider ends its calls: neither the client nor the upstream has failed then.
alter table usage_record drop constraint usage_record_outcome_check;
alter table usage_record add constraint usage_record_outcome_check
  check (outcome in ('OK', 'UPSTREAM_ERROR', 'CLIENT_GONE', 'UPSTREAM_FAILED', 'ABORTED'));
