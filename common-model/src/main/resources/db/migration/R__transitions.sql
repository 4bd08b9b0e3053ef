-- What happens with each transition of a run, whichever process makes it. Like each R__ file, Flyway runs this file
-- again when it changes, after the versioned files; so it may only replace what it created.

-- The format of times in events and answers. Stable, as to_char is; declared immutable it would not become part of the statement
-- that calls it, and be begun for each row.
create or replace function rfc3339(at timestamptz) returns text language sql stable parallel safe
    return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Asks the relays to publish a command for each run, due at its time; if one is requested already, it is requested
-- again. In plpgsql, because it caches its plan for the session; a function in SQL does not.
create or replace function ask_for_commands(runs uuid[], tasks uuid[], task_types text[], due timestamptz[]) returns void
language plpgsql as $$
begin
    insert into command_outbox (run_id, task_id, type, available_at)
    select * from unnest(runs, tasks, task_types, due)
    on conflict (run_id) do update set version = command_outbox.version + 1, available_at = excluded.available_at;
end $$;

-- The same for one run.
create or replace function ask_for_command(run uuid, task uuid, task_type text, due timestamptz) returns void
language plpgsql as $$
begin
    perform ask_for_commands(array[run], array[task], array[task_type], array[due]);
end $$;

-- Every transition of a run updates its task, writes the task's next event and, if the run waits to be claimed and does not
-- stand in line, requests a command. All of this happens in the transaction of the transition, whichever process makes it, and once for
-- all runs that a statement moves: what it costs is mostly to begin a statement.
--
-- statuses has the status before the transition of each run, or null for a run that is new. The settings keep one plan for
-- the session that finds each row by its id, whatever the tables looked like when it was made.
create or replace function publish_transitions(runs uuid[], statuses text[]) returns void language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = on
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off as $$
declare
    published  integer;
    pending    uuid[];
    tasks      uuid[];
    task_types text[];
    due_at     timestamptz[];
begin
    with change as materialized (
        select r.id as run_id, r.task_id, r.type, r.attempt, r.status, c.previous, r.not_before, r.limited_since, r.progress, r.result, r.error,
               c.previous is null and r.attempt = 1 as creates,
               -- A new task has a single time, which its creator knows without another query.
               (case when c.previous is null and r.attempt = 1 then r.created_at else clock_timestamp() end)::timestamptz(3) as at
          from unnest(runs, statuses) as c (id, previous) join task_run r on r.id = c.id
    ), moved as (
        update task t
           set status = c.status, latest_run_id = c.run_id, updated_at = c.at, last_sequence = t.last_sequence + 1
          from change c
         where t.id = c.task_id and not c.creates
        returning t.connection_key, t.trigger, t.parent_task_id, t.last_sequence, c.*
    ), known as (
        select * from moved
         union all
        -- A new task was written a moment ago with its current values.
        select t.connection_key, t.trigger, t.parent_task_id, t.last_sequence, c.*
          from change c join task t on t.id = c.task_id
         where c.creates
    ), event as materialized (
        select known.*, json_build_object(
                   'taskId', task_id, 'runId', run_id, 'parentTaskId', parent_task_id,
                   'connectionKey', connection_key, 'type', type, 'trigger', trigger,
                   'status', status, 'previousStatus', previous,
                   'attempt', attempt, 'sequence', last_sequence, 'occurredAt', rfc3339(at),
                   'progress', progress, 'result', result, 'error', error) as body
          from known
    ), kept as (
        insert into task_event (task_id, sequence, payload) select task_id, last_sequence, body from event
    ), sent as (
        insert into status_outbox (tasks, sequences, times)
        select array_agg(task_id), array_agg(last_sequence), array_agg(at) from event having count(*) > 0
    ), command as (
        select run_id, task_id, type,
               -- The API process that creates a task publishes its command itself; other relays read the row only after
               -- a grace period. A worker that creates child tasks publishes nothing.
               case when creates and parent_task_id is null then now() + interval '3 seconds'
                    else greatest(not_before, now()) end as due
          from event
         where status = 'PENDING' and limited_since is null
    )
    select (select count(*) from event), array_agg(run_id), array_agg(task_id), array_agg(type), array_agg(due)
      into published, pending, tasks, task_types, due_at
      from command;
    if pending is not null then
        perform ask_for_commands(pending, tasks, task_types, due_at);
    end if;
    if published <> cardinality(runs) then
        raise exception 'a statement moves two runs of one task' using errcode = 'integrity_constraint_violation';
    end if;
end $$;

create or replace function publish_starts() returns trigger language plpgsql as $$
declare
    runs uuid[] := (select array_agg(id) from started);
begin
    -- A statement that inserted nothing comes here too.
    if runs is not null then
        perform publish_transitions(runs, array[]::text[]);
    end if;
    return null;
end $$;

-- The rows before and after are matched by hashing, however few there were when the plan was made.
create or replace function publish_moves() returns trigger language plpgsql
set enable_nestloop = off set enable_hashjoin = on as $$
declare
    runs uuid[];
    previous text[];
begin
    select array_agg(now.id), array_agg(before.status) into runs, previous
      from moved_to now join moved_from before on before.id = now.id
     where before.status <> now.status or before.epoch <> now.epoch;
    if runs is not null then
        perform publish_transitions(runs, previous);
    end if;
    return null;
end $$;

create or replace trigger a_run_starts after insert on task_run
    referencing new table as started
    for each statement execute function publish_starts();
create or replace trigger a_run_moves after update on task_run
    referencing old table as moved_from new table as moved_to
    for each statement execute function publish_moves();

-- A terminal run never changes, whichever process tries.
create or replace function keep_terminal() returns trigger language plpgsql as $$
begin
    raise exception 'run % is % and cannot become %', old.id, old.status, new.status using errcode = 'integrity_constraint_violation';
end $$;

create or replace trigger terminal_is_final before update on task_run
    for each row when (old.status in ('SUCCEEDED', 'FAILED', 'CANCELED') and new.status <> old.status)
    execute function keep_terminal();
