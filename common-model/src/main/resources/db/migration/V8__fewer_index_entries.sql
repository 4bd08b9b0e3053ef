-- No index says which runs are open: the tasks in flight do, and each has one open run, its latest. So an end rewrites a run within
-- its page, as a claim does. The drops come first: they lock the tables against all others, who would otherwise come between.
drop index task_run_open;
drop index task_run_command_due;
drop index task_run_waits_for_children;
drop index task_ended;
-- Ids have the time of their making, so history is found by them.
alter table task drop column ended_at;
-- A row lives for a fraction of a second. Where many wait, because Kafka does not answer, they are sorted.
drop index command_outbox_due;
-- A cancellation takes a run out of its line, as a claim does.
update task_run set limited_since = null where limited_since is not null and completed_at is not null;
create index task_run_line on task_run (connection_id, limited_since, id) where limited_since is not null;
