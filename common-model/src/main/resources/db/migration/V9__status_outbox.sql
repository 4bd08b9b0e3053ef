-- Status events that are not published yet, a row for all that a statement wrote: they are of different tasks, and their payloads
-- stand in task_event. In the order of id, which per task is the order of the commits. To publish an event of dead_event, insert its
-- task, sequence and time.
create table status_outbox (
    id        bigint generated always as identity primary key,
    tasks     uuid[] not null,
    sequences integer[] not null,
    times     timestamptz(3)[] not null
);
insert into status_outbox (tasks, sequences, times)
select array[key::uuid], array[split_part(event_id, '/', 2)::int], array[occurred_at] from event_outbox order by id;
drop table event_outbox;
