-- What happens with each transition of a run, whichever process makes it. Like each R__ file, Flyway runs this file
-- again when it changes, after the versioned files; so it may only replace what it created.

-- The format of times in events and answers.
create or replace function rfc3339(at timestamptz) returns text language sql immutable parallel safe
    return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Asks the relays to publish a command for the run, due at the time; if one is requested already, it is requested
-- again. In plpgsql, because it caches its plan for the session; a function in SQL does not.
create or replace function ask_for_command(run uuid, task uuid, task_type text, due timestamptz) returns void
language plpgsql as $$
begin
    insert into command_outbox (run_id, task_id, type, available_at) values (run, task, task_type, due)
    on conflict (run_id) do update set version = command_outbox.version + 1, available_at = excluded.available_at;
end $$;

-- Every transition of a run updates its task, writes the task's next event and, if the run waits to be claimed,
-- requests a command. All of this happens in the transaction of the transition, whichever process makes it.
create or replace function publish_transition() returns trigger language plpgsql as $$
declare
    moved task%rowtype;
    body  json;
    -- A new task has a single time, which its creator knows without another query.
    at    timestamptz(3) := case when tg_op = 'INSERT' and new.attempt = 1 then new.created_at else clock_timestamp() end;
begin
    if tg_op = 'INSERT' and new.attempt = 1 then
        -- The task was written a moment ago with its current values.
        select * into strict moved from task where id = new.task_id;
    else
        update task set status = new.status, latest_run_id = new.id, updated_at = at, last_sequence = last_sequence + 1
         where id = new.task_id
        returning * into strict moved;
    end if;
    body := json_build_object(
        'taskId', moved.id, 'runId', new.id, 'parentTaskId', moved.parent_task_id,
        'connectionKey', moved.connection_key, 'type', moved.type, 'trigger', moved.trigger,
        'status', new.status, 'previousStatus', case when tg_op = 'UPDATE' then old.status end,
        'attempt', new.attempt, 'sequence', moved.last_sequence, 'occurredAt', rfc3339(at),
        'progress', new.progress, 'result', new.result, 'error', new.error);
    insert into task_event (task_id, sequence, payload) values (moved.id, moved.last_sequence, body);
    insert into event_outbox (topic, key, event_id, event_type, occurred_at, payload)
    values ('connections.task-status', moved.id, moved.id || '/' || moved.last_sequence,
            'connections.task.status', at, body);
    if new.status = 'PENDING' then
        perform ask_for_command(
            new.id, new.task_id, new.type,
            -- The API process that creates a task publishes its command itself; other relays read the row only after a
            -- grace period. A worker that creates child tasks publishes nothing.
            case when tg_op = 'INSERT' and new.attempt = 1 and moved.parent_task_id is null
                     then now() + interval '3 seconds'
                 else greatest(new.not_before, now()) end);
    end if;
    return null;
end $$;

create or replace trigger a_run_starts after insert on task_run
    for each row execute function publish_transition();
create or replace trigger a_run_moves after update on task_run
    for each row when (old.status <> new.status or old.epoch <> new.epoch) execute function publish_transition();

-- A terminal run never changes, whichever process tries.
create or replace function keep_terminal() returns trigger language plpgsql as $$
begin
    raise exception 'run % is % and cannot become %', old.id, old.status, new.status using errcode = 'integrity_constraint_violation';
end $$;

create or replace trigger terminal_is_final before update on task_run
    for each row when (old.status in ('SUCCEEDED', 'FAILED', 'CANCELED') and new.status <> old.status)
    execute function keep_terminal();
