-- Connections, tasks, outboxes and the catalog. PostgreSQL 15 or later.
-- Every timestamp has millisecond precision, so that a value reads the same over REST, in an event and here.

create table connection (
    id                   uuid primary key,
    connection_key       text collate "C" not null unique,
    technology           text not null,
    state                text not null check (state in ('ACTIVE', 'INACTIVE', 'UNHEALTHY', 'DELETING')),
    state_reason         jsonb,           -- code, message, since; only while UNHEALTHY
    client_configuration jsonb not null,  -- secrets are sealed strings
    settings             jsonb not null,  -- every default filled in
    version              bigint not null default 1,
    next_crawl_at        timestamptz(3),
    last_validated_at    timestamptz(3),
    last_crawled_at      timestamptz(3),
    created_by           text not null,
    created_at           timestamptz(3) not null default now(),
    updated_by           text not null,
    updated_at           timestamptz(3) not null default now()
);

create index connection_due on connection (next_crawl_at) where next_crawl_at is not null;

-- How many runs of a connection are RUNNING. A claim locks the row, so that no two exceed the limit together.
create table connection_load (
    connection_id uuid primary key references connection on delete cascade,
    running       integer not null default 0
) with (fillfactor = 50);

create function open_load() returns trigger language plpgsql as $$
begin
    insert into connection_load (connection_id) values (new.id);
    return null;
end $$;

create trigger a_connection_comes after insert on connection for each row execute function open_load();

-- Neither task nor run refers to connection: their history outlives it.
create table task (
    id             uuid primary key,
    connection_id  uuid not null,
    connection_key text collate "C" not null,
    type           text not null check (type in ('CRAWL', 'VALIDATE', 'DELETE')),
    input          jsonb not null,  -- canonical: every member of the type with its default, objectId only where given
    status         text not null check (status in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
    trigger        text not null check (trigger in ('MANUAL', 'SCHEDULED', 'SYSTEM')),
    created_by     text not null,
    created_at     timestamptz(3) not null default now(),
    updated_at     timestamptz(3) not null default now(),
    parent_task_id uuid,
    latest_run_id  uuid not null,
    last_sequence  integer not null default 1,  -- its first event is written with it
    -- What the indexes are about changes only when the task ends or is tried again, so that the transitions between
    -- leave the indexes alone.
    in_flight      boolean not null generated always as (status in ('PENDING', 'RUNNING')) stored,
    ended_at       timestamptz(3) generated always as
                       (case when status in ('SUCCEEDED', 'FAILED', 'CANCELED') then updated_at end) stored
) with (fillfactor = 70);
-- One in flight: the guard of the 409.
create unique index task_in_flight on task (connection_id, type, input) where in_flight;
create index task_of_connection on task (connection_id, id);
create index task_ended on task (ended_at) where ended_at is not null;
create index task_of_parent on task (parent_task_id, id) where parent_task_id is not null;

create table task_run (
    id                  uuid primary key,
    task_id             uuid not null references task on delete cascade,
    connection_id       uuid not null,
    type                text not null,
    attempt             integer not null,
    status              text not null check (status in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
    epoch               integer not null default 0,  -- raised by every claim; a write with an old one changes nothing
    worker_id           text,
    lease_until         timestamptz,                 -- -infinity: the worker was lost, anyone may claim
    lost_workers        integer not null default 0,
    commands_sent       integer not null default 1,
    commanded_at        timestamptz not null default now(),
    not_before          timestamptz(3),
    waits_for_children  boolean not null default false,  -- RUNNING without a worker until the last child has ended
    own_result          jsonb,                           -- what its own listing found, while it waits for them
    limited_since       timestamptz(3),              -- a claim found the connection at its maximum of runs
    cancel_requested_at timestamptz(3),
    canceled_by         text,
    created_at          timestamptz(3) not null default now(),
    updated_at          timestamptz(3) not null default now(),
    started_at          timestamptz(3),
    completed_at        timestamptz(3),
    progress            jsonb,
    result              jsonb,
    error               jsonb,
    unique (task_id, attempt)
);
create index task_run_pending on task_run (commanded_at) where status = 'PENDING';
create index task_run_running on task_run (worker_id, lease_until) where status = 'RUNNING';
create index task_run_of_connection on task_run (connection_id) where status in ('PENDING', 'RUNNING');
-- Its condition does not name the status, nor does the query that it is for: else the planner takes task_run_pending where
-- that was empty when it was last analyzed, and every end of a run walks through all that has come to wait since.
create index task_run_limited on task_run (connection_id, limited_since, id)
    where limited_since is not null and completed_at is null;

-- What parts of a crawl have not found, until its last part decides whether it is MISSING. It does not refer to
-- data_object, so that objects are removed without a look at it.
create table absent_object (
    task_id   uuid not null references task on delete cascade,  -- the parent's
    object_id uuid not null,
    read_from timestamptz not null,  -- what has been seen later is not MISSING
    primary key (task_id, object_id)
);

create table task_event (
    task_id     uuid not null references task on delete cascade,
    sequence    integer not null,
    payload     json not null,  -- a TaskStatusEvent of the contract
    primary key (task_id, sequence)
);

-- A row says: publish a command for this run from available_at on. The relay that sent it deletes it by run and
-- version; a run that asks again meanwhile raises the version, so its second request is not deleted with the first.
-- (Where another relay has deleted the row between, the second one begins at 0 again and may be; the sweeper sends it.)
create table command_outbox (
    run_id       uuid primary key,
    task_id      uuid not null,
    type         text not null,
    version      integer not null default 0,
    available_at timestamptz not null
);
create index command_outbox_due on command_outbox (available_at);

-- Events leave in the order of id, which per key is the order of the commits.
create table event_outbox (
    id          bigint generated always as identity primary key,
    topic       text not null,
    key         text not null,
    event_id    text not null,
    event_type  text not null,
    occurred_at timestamptz(3) not null,
    payload     text not null
);

create table worker (
    id           text primary key,
    presence_key integer generated always as identity unique,  -- its session-level advisory lock
    task_types   text[] not null,
    started_at   timestamptz(3) not null default now(),
    seen_at      timestamptz not null default now(),
    stopped_at   timestamptz
);

create function rfc3339(at timestamptz) returns text language sql immutable parallel safe
    return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- A place is free on the connection: the run that waits longest for one is commanded again. A claim clears limited_since
-- and an end sets completed_at, so what has the one and not the other is PENDING. In plpgsql, which keeps its plans.
create function command_longest_limited(connection uuid) returns void language plpgsql as $$
begin
    with freed as (
        update task_run
           set limited_since = null, commanded_at = now()
         where id = (select id from task_run
                      where connection_id = connection and limited_since is not null and completed_at is null
                      order by limited_since, id limit 1
                        for update skip locked)
        returning id, task_id, type
    )
    insert into command_outbox (run_id, task_id, type, available_at)
    select id, task_id, type, now() from freed
    on conflict (run_id) do update set version = command_outbox.version + 1, available_at = excluded.available_at;
end $$;

-- Every transition of a run moves its task, writes the task's next event and, where the run waits to be taken, asks for
-- a command - all in the transaction of the transition, whoever makes it.
create function tell_transition() returns trigger language plpgsql as $$
declare
    moved task%rowtype;
    body  json;
    -- A new task has one time, which its creator knows without asking again.
    at    timestamptz(3) := case when tg_op = 'INSERT' and new.attempt = 1 then new.created_at else clock_timestamp() end;
begin
    if tg_op = 'INSERT' and new.attempt = 1 then
        -- The task was written a moment before, as it is now.
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
        insert into command_outbox (run_id, task_id, type, available_at)
        values (new.id, new.task_id, new.type,
                -- The API that creates a task publishes its command itself; the others look after a grace time. A worker
                -- that creates child tasks publishes nothing.
                case when tg_op = 'INSERT' and new.attempt = 1 and moved.parent_task_id is null
                         then now() + interval '3 seconds'
                     else greatest(new.not_before, now()) end)
        on conflict (run_id) do update
            set version = command_outbox.version + 1, available_at = excluded.available_at;
    end if;
    return null;
end $$;

-- Keeps connection_load: a run takes a place on its connection while a worker executes it.
create function take_or_free_place() returns trigger language plpgsql as $$
begin
    if new.status = 'RUNNING' and not new.waits_for_children then
        update connection_load set running = running + 1 where connection_id = new.connection_id;
    else
        update connection_load set running = running - 1 where connection_id = new.connection_id;
        perform command_longest_limited(new.connection_id);
    end if;
    return null;
end $$;

-- Ends a parent's run when its last child has ended. It runs at the commit that ends a child, and only one such commit at
-- a time gets past the parent's row, so that of the last two children one sees the other.
create function end_parent() returns trigger language plpgsql as $$
declare
    parent task_run%rowtype;
    counts record;
begin
    select * into parent from task_run
     where task_id = new.parent_task_id and status = 'RUNNING' and waits_for_children for update;
    if not found or exists (select from task where parent_task_id = new.parent_task_id and status in ('PENDING', 'RUNNING')) then
        return null;
    end if;
    select count(*) filter (where t.status = 'FAILED') as failed, count(*) filter (where t.status = 'CANCELED') as canceled,
           count(*) as children,
           coalesce(sum((r.result -> 'objects' ->> 'created')::bigint), 0) as created,
           coalesce(sum((r.result -> 'objects' ->> 'updated')::bigint), 0) as updated,
           -- Each child saw again one object of the parent's own listing.
           coalesce(sum(greatest((r.result -> 'objects' ->> 'unchanged')::bigint - 1, 0)), 0) as unchanged,
           coalesce(sum((r.result -> 'objects' ->> 'missing')::bigint), 0) as missing,
           coalesce(sum((r.result -> 'objects' ->> 'purged')::bigint), 0) as purged,
           -- The last of them decided for all.
           (jsonb_agg(r.error) filter (where r.error ->> 'code' = 'MASS_MISSING')) -> 0 as mass_missing,
           -- Kafka takes no event of more than a megabyte; each child's run has all of its own.
           (select coalesce(jsonb_agg(warning), '[]')
              from (select warning from task c join task_run cr on cr.id = c.latest_run_id,
                           jsonb_array_elements(coalesce(cr.result -> 'warnings', '[]')) warning
                     where c.parent_task_id = new.parent_task_id order by c.id limit 100) few) as warnings
      into counts
      from task t join task_run r on r.id = t.latest_run_id
     where t.parent_task_id = new.parent_task_id;
    update task_run r
       set completed_at = now(), updated_at = now(),
           -- Where all have succeeded, what they found is marked: a cancellation came too late.
           status = case when counts.failed + counts.canceled = 0 then 'SUCCEEDED'
                         when r.cancel_requested_at is not null then 'CANCELED' else 'FAILED' end,
           error = case when r.cancel_requested_at is null and counts.failed + counts.canceled > 0
                        then coalesce(counts.mass_missing, jsonb_build_object('code', 'CHILD_FAILED', 'retryable', false, 'message',
                             counts.failed || ' failed and ' || counts.canceled || ' canceled of ' || counts.children
                             || ' child tasks; list them with parentTaskId=' || new.parent_task_id)) end,
           result = case when counts.failed + counts.canceled = 0
                         then jsonb_build_object('objects', jsonb_build_object(
                              'seen', counts.created + counts.updated + counts.unchanged
                                      + own.created + own.updated + own.unchanged,
                              'created', counts.created + own.created,
                              'updated', counts.updated + own.updated,
                              'unchanged', counts.unchanged + own.unchanged,
                              'missing', counts.missing + own.missing,
                              'purged', counts.purged + own.purged), 'warnings', own.warnings || counts.warnings) end
      from (select (parent.own_result -> 'objects' ->> 'created')::bigint as created,
                   (parent.own_result -> 'objects' ->> 'updated')::bigint as updated,
                   (parent.own_result -> 'objects' ->> 'unchanged')::bigint as unchanged,
                   (parent.own_result -> 'objects' ->> 'missing')::bigint as missing,
                   (parent.own_result -> 'objects' ->> 'purged')::bigint as purged,
                   coalesce(parent.own_result -> 'warnings', '[]') as warnings) own
     where r.id = parent.id;
    delete from absent_object where task_id = new.parent_task_id;
    return null;
end $$;

-- A deletion of a whole connection that ends without having come to pass gives the connection back, INACTIVE as before
-- it. At the commit, since what makes another attempt takes the task back to PENDING.
create function end_deletion() returns trigger language plpgsql as $$
begin
    update connection
       set state = 'INACTIVE', version = version + 1, updated_at = now(), updated_by = 'system'
     where id = new.connection_id and state = 'DELETING'
       and not exists (select from task where id = new.id and in_flight);
    return null;
end $$;

create function keep_terminal() returns trigger language plpgsql as $$
begin
    raise exception 'run % is % and cannot become %', old.id, old.status, new.status using errcode = 'integrity_constraint_violation';
end $$;

create trigger a_run_starts after insert on task_run
    for each row execute function tell_transition();
create trigger a_run_moves after update on task_run
    for each row when (old.status <> new.status or old.epoch <> new.epoch) execute function tell_transition();
create trigger b_run_takes_a_place after update on task_run
    for each row when ((old.status = 'RUNNING' and not old.waits_for_children)
                       is distinct from (new.status = 'RUNNING' and not new.waits_for_children))
    execute function take_or_free_place();
create constraint trigger a_child_ends after update on task deferrable initially deferred
    for each row when (new.parent_task_id is not null and new.status in ('SUCCEEDED', 'FAILED', 'CANCELED')
                       and old.status in ('PENDING', 'RUNNING'))
    execute function end_parent();
create constraint trigger b_deletion_ends after update on task deferrable initially deferred
    for each row when (new.type = 'DELETE' and new.input -> 'objectId' is null
                       and new.status in ('FAILED', 'CANCELED') and old.status in ('PENDING', 'RUNNING'))
    execute function end_deletion();
create trigger terminal_is_final before update on task_run
    for each row when (old.status in ('SUCCEEDED', 'FAILED', 'CANCELED') and new.status <> old.status)
    execute function keep_terminal();

-- The pairs of neighbouring letters of a name, lower case: the index of "contains", from two letters on.
create function bigrams(name text) returns text[] language sql immutable strict parallel safe
    return array(select distinct substr(lower(name), i, 2) from generate_series(1, length(name) - 1) i);

create table data_object (
    id                   uuid primary key,
    connection_id        uuid not null references connection,
    parent_id            uuid,
    root_id              uuid not null,      -- the top-level object above, or this one
    name                 text collate "C" not null,
    type                 text not null,
    normalized_type      text not null check (normalized_type in ('DATABASE', 'SCHEMA', 'TABLE', 'VIEW')),
    path                 text[] not null,    -- names, from the top-level object down to this one
    path_types           text[] not null,    -- the types beside them
    remote_scope         text not null,      -- where remote_id is unique: '' for a top-level object
    remote_id            text not null,
    remote_type          text,
    remote_format        text,
    remote_kind          text,
    remote_created_at    timestamptz(3),
    remote_updated_at    timestamptz(3),
    missing_since        timestamptz(3),     -- null while PRESENT
    activation           text not null default 'INHERIT' check (activation in ('ENABLED', 'DISABLED', 'INHERIT')),
    new_child_activation text not null default 'INHERIT' check (new_child_activation in ('ENABLED', 'DISABLED', 'INHERIT')),
    description          text,
    detail               jsonb not null default '{}',  -- columns, primaryKey, foreignKeys, viewDefinition
    column_names         text[] not null default '{}',
    content_hash         bytea not null,
    -- When a crawl last saw it: listed_with points to the listing that saw it, so that seeing it again writes nothing
    -- here; synced_at is the time for an object that is in no listing any more.
    listed_with          uuid,
    synced_at            timestamptz(3),
    created_by           text not null,
    created_at           timestamptz(3) not null default now(),
    updated_by           text not null,
    updated_at           timestamptz(3) not null default now(),
    unique (connection_id, remote_scope, remote_id)
);
create index data_object_child on data_object (parent_id, name, id);
create index data_object_top on data_object (connection_id, name, id) where parent_id is null;
create index data_object_name on data_object (name, id);
create index data_object_remote_id on data_object (remote_id);
create index data_object_path on data_object using hash (path);
create index data_object_bigrams on data_object using gin (bigrams(name));
create index data_object_columns on data_object using gin (column_names);

-- The last time that the children of an object (or, with the connection's id, its top-level objects) were listed.
create table listing (
    id            uuid primary key,  -- the parent's id, or the connection's
    connection_id uuid not null references connection,
    listed_at     timestamptz(3) not null
);
create index listing_of_connection on listing (connection_id);
