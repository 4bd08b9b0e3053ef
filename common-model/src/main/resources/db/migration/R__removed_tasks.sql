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

-- It stands for foreign keys, which look the task up for each of its rows. They go in the transaction in which it comes. There is no
-- order in which everybody locks these tables, so all are locked at once or none.
do $$ begin
    if exists (select from pg_constraint where conname in ('task_run_task_id_fkey', 'task_event_task_id_fkey')) then
        loop
            begin
                lock table task, task_run, task_event in access exclusive mode nowait;
                exit;
            exception when lock_not_available then
                perform pg_sleep(0.05);
            end;
        end loop;
        alter table task_run drop constraint if exists task_run_task_id_fkey;
        alter table task_event drop constraint if exists task_event_task_id_fkey;
    end if;
end $$;

create or replace trigger a_task_is_removed after delete on task
    referencing old table as removed
    for each statement execute function remove_with_task();
