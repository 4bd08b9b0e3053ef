-- What a claim changes stands in no index, so that it rewrites a run within its page, and no statement that has the ids of its runs
-- can be planned by status: where the planner takes one of the two indexes for empty, as it was when it was last analyzed, each claim
-- walks through all that has come to wait since.
drop index task_run_pending;
drop index task_run_running;
create index task_run_waits_for_children on task_run (task_id) where waits_for_children and completed_at is null;
-- R__removed_tasks removes the runs and events of a task instead of these, which look the task up for each of its rows.
alter table task_run drop constraint task_run_task_id_fkey, set (fillfactor = 50);
alter table task_event drop constraint task_event_task_id_fkey;
