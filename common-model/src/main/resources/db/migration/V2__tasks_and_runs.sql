-- Tasks, their runs and their events.

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
