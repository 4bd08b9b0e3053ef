-- The number of RUNNING runs of each connection, and the next run in line when one of them ends. The trigger on
-- connection comes first, because creating a connection with its first crawl locks the tables in this order.

create or replace function open_load() returns trigger language plpgsql as $$
begin
    insert into connection_load (connection_id) values (new.id);
    return null;
end $$;

create or replace trigger a_connection_comes after insert on connection for each row execute function open_load();

-- The connection is below its limit: the command of the longest-waiting run is sent again. A claim and a cancellation clear
-- limited_since, so a run that has it is PENDING.
create or replace function command_longest_limited(connection uuid) returns void language plpgsql as $$
declare
    freed task_run%rowtype;
begin
    update task_run
       set limited_since = null, commanded_at = now()
     where id = (select id from task_run
                  where connection_id = connection and limited_since is not null
                  order by limited_since, id limit 1
                    for update skip locked)
    returning * into freed;
    if found then
        perform ask_for_command(freed.id, freed.task_id, freed.type, now());
    end if;
end $$;

-- Maintains connection_load: adds the changes of the connections, and sends a limited run's command again for each place that
-- was freed. One plan for the session finds each row by its id, whatever the tables looked like when it was made.
create or replace function change_places(connections uuid[], changes integer[], freed integer[]) returns void language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = on
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off as $$
declare
    waited_for uuid;
begin
    -- In the order in which claims lock them.
    update connection_load l
       set running = l.running + c.change
      from (select * from unnest(connections, changes) as u (id, change) order by id) c
     where l.connection_id = c.id;
    -- Statements of their own, which see what claims have marked that held the locks before.
    for waited_for in
        select c.id from unnest(connections, freed) as c (id, places) cross join generate_series(1, c.places)
         -- Not 'exists', which the planner turns into a join with all lines.
         where (select r.id from task_run r
                 where r.connection_id = c.id and r.limited_since is not null limit 1) is not null
    loop
        perform command_longest_limited(waited_for);
    end loop;
end $$;

-- A run counts towards its connection's limit while a worker executes it. Where it ends before, the next in line gets the
-- command that it would have been the occasion for.
create or replace function take_or_free_places() returns trigger language plpgsql
set enable_nestloop = off set enable_hashjoin = on as $$
declare
    connections uuid[];
    changes integer[];
    freed integer[];
begin
    select array_agg(connection_id), array_agg(change), array_agg(places) into connections, changes, freed
      from (select now.connection_id, count(*) filter (where now.counts and not before.counts)
                       - count(*) filter (where before.counts and not now.counts) as change,
                   count(*) filter (where before.counts and not now.counts or before.asks and now.ended) as places
              from (select id, connection_id, status = 'RUNNING' and not waits_for_children as counts,
                           completed_at is not null as ended
                      from moved_to) now
              join (select id, status = 'RUNNING' and not waits_for_children as counts,
                           status = 'PENDING' and limited_since is null as asks
                      from moved_from) before on before.id = now.id
             where before.counts <> now.counts or before.asks and now.ended
             group by now.connection_id) changed;
    if connections is not null then
        perform change_places(connections, changes, freed);
    end if;
    return null;
end $$;

create or replace trigger b_run_takes_a_place after update on task_run
    referencing old table as moved_from new table as moved_to
    for each statement execute function take_or_free_places();
