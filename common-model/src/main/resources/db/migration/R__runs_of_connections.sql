-- The number of RUNNING runs of each connection, and the next run in line when one of them ends. The trigger on
-- connection comes first, because creating a connection with its first crawl locks the tables in this order.

create or replace function open_load() returns trigger language plpgsql as $$
begin
    insert into connection_load (connection_id) values (new.id);
    return null;
end $$;

create or replace trigger a_connection_comes after insert on connection for each row execute function open_load();

-- The connection is below its limit: the command of the longest-waiting run is sent again. A claim clears limited_since
-- and an end sets completed_at, so a run with limited_since and without completed_at is PENDING.
create or replace function command_longest_limited(connection uuid) returns void language plpgsql as $$
declare
    freed task_run%rowtype;
begin
    update task_run
       set limited_since = null, commanded_at = now()
     where id = (select id from task_run
                  where connection_id = connection and limited_since is not null and completed_at is null
                  order by limited_since, id limit 1
                    for update skip locked)
    returning * into freed;
    if found then
        perform ask_for_command(freed.id, freed.task_id, freed.type, now());
    end if;
end $$;

-- Maintains connection_load: a run counts towards its connection's limit while a worker executes it.
create or replace function take_or_free_place() returns trigger language plpgsql as $$
begin
    if new.status = 'RUNNING' and not new.waits_for_children then
        update connection_load set running = running + 1 where connection_id = new.connection_id;
    else
        update connection_load set running = running - 1 where connection_id = new.connection_id;
        perform command_longest_limited(new.connection_id);
    end if;
    return null;
end $$;

create or replace trigger b_run_takes_a_place after update on task_run
    for each row when ((old.status = 'RUNNING' and not old.waits_for_children)
                       is distinct from (new.status = 'RUNNING' and not new.waits_for_children))
    execute function take_or_free_place();
