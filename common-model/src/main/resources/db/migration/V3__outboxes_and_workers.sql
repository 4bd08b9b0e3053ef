-- What is to be published, and the workers.

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

-- Status events leave in the order of id, which per key is the order of the commits.
create table event_outbox (
    id          bigint generated always as identity primary key,
    topic       text not null,
    key         text not null,
    event_id    text not null,
    event_type  text not null,
    occurred_at timestamptz(3) not null,
    payload     text not null
);

-- What crawls and deletions changed, apart from the status events, so that none of those waits behind a crawl that changed
-- much. The relay publishes an equal share of each connection's, in the order of id.
create table change_outbox (
    id             bigint generated always as identity primary key,
    connection_key text collate "C" not null,
    topic          text not null,
    key            text not null,
    event_id       text not null,
    event_type     text not null,
    occurred_at    timestamptz(3) not null,
    payload        text not null
);
create index change_outbox_of_connection on change_outbox (connection_key, id);

-- Events that Kafka can never take, put aside for operators with the reason; the events after them were published. To
-- publish one, insert it into its outbox again.
create table dead_event (
    id           bigint generated always as identity primary key,
    topic        text not null,
    key          text not null,
    event_id     text not null,
    event_type   text not null,
    occurred_at  timestamptz(3) not null,
    payload      text not null,
    reason       text not null,
    put_aside_at timestamptz(3) not null default now()
);

create table worker (
    id           text primary key,
    presence_key integer generated always as identity unique,  -- its session-level advisory lock
    task_types   text[] not null,
    started_at   timestamptz(3) not null default now(),
    seen_at      timestamptz not null default now(),
    stopped_at   timestamptz
);
