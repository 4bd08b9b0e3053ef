-- A task goes with its runs and its events. Once for all tasks that a statement removes.
create or replace function remove_with_task() returns trigger language plpgsql as $$
declare
    -- As an array: the planner takes a transition table for larger than the index is worth.
    tasks uuid[] := array(select id from removed);
begin
    delete from task_run where task_id = any(tasks);
    delete from task_event where task_id = any(tasks);
    return null;
end $$;

create or replace trigger a_task_is_removed after delete on task
    referencing old table as removed
    for each statement execute function remove_with_task();
