-- The log is read by falling id, whatever it is filtered by: an index in any other order would have to
-- be read whole and sorted. Nearly all lines are of what was done, so only refusals have an index.
drop index audit_log_actor;
drop index audit_log_resource;
create index audit_log_actor on audit_log (actor, id desc);
create index audit_log_resource on audit_log (resource, id desc);
create index audit_log_action on audit_log (action, id desc);
create index audit_log_refused on audit_log (id desc) where outcome = 'REFUSED';
