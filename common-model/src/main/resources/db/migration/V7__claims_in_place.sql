-- What a claim changes stands in no index, so that it rewrites a run within its page, and no statement that has the ids of its runs
-- can be planned by status: where the planner takes one of the two indexes for empty, as it was when it was last analyzed, each claim
-- walks through all that has come to wait since.
drop index task_run_pending;
drop index task_run_running;
-- When the command of a run that nobody has claimed is sent again; RunSweep asks by the same expression. In UTC, as adding to a time
-- with a zone depends on the session.
create index task_run_command_due
    on task_run (((commanded_at at time zone 'UTC') + interval '30 seconds' * power(2, least(commands_sent - 1, 6))))
    where completed_at is null and limited_since is null;
create index task_run_waits_for_children on task_run (task_id) where waits_for_children and completed_at is null;
alter table task_run set (fillfactor = 50);
