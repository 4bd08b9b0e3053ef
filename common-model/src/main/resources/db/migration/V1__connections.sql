-- Connections. PostgreSQL 15 or later. Published timestamps have millisecond precision, so that a value reads the same over
-- REST, in an event and here. Functions and triggers are in the R__ files, so that a change of one is a diff.

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
