-- A worker's claim of runs, see RunStore.claim.
--
-- A run may be claimed if it is due and its connection is below its limit of runs, or if its worker was lost. Rows are locked in
-- the order of their ids, runs before loads, as in the transitions. A deletion does nothing at the source, so the limit does not
-- apply to it: it must not wait for the runs that it ends. A run that another session has locked is left out, so that it does not
-- hold up the others of the batch; the sweeper sends its command again where it is still open. The worker's presence is asked for once, before any row is read.
--
-- Where what it returns changes, it has to be dropped first. One plan for the session finds each row by its id, whatever the tables looked like when it was made.
create or replace function claim_runs(worker text, task_type text, runs uuid[], lease interval, per_connection integer)
returns table (id uuid, task_id uuid, epoch integer, attempt integer, type text, trigger text, input jsonb,
               connection_id uuid, connection_key text, technology text, client_configuration jsonb, settings jsonb,
               room boolean)  -- whether the connection is still below its limit
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = on
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off as $$
#variable_conflict use_column
-- That is for the names of what is returned; parameters stand behind the function's name.
begin
    return query
    with due as (
        select id, task_id, connection_id, status, type from task_run
         where (select require_presence(claim_runs.worker)) and id = any(claim_runs.runs) and type = claim_runs.task_type
           and (status = 'PENDING' and (not_before is null or not_before <= now())
                or status = 'RUNNING' and lease_until < now() and not waits_for_children)
         order by id for update skip locked
    ), load as (
        select connection_id, running from connection_load
         where connection_id in (select connection_id from due where status = 'PENDING')
         order by connection_id for update
    ), placed as (
        select id, task_id, connection_id, status = 'RUNNING' or type = 'DELETE' or place <= claim_runs.per_connection as fits,
               status = 'PENDING' and place < claim_runs.per_connection as room
          from (select due.*, coalesce(load.running, 0)
                       + row_number() over (partition by due.connection_id, due.status order by due.id) as place
                  from due left join load on load.connection_id = due.connection_id) due
    ), limited as (
        update task_run r
           set limited_since = coalesce(r.limited_since, now()), updated_at = now()
          from placed
         where r.id = placed.id and not placed.fits
    )
    update task_run r
       set status = 'RUNNING', epoch = r.epoch + 1, worker_id = claim_runs.worker, limited_since = null,
           lease_until = now() + claim_runs.lease, started_at = coalesce(r.started_at, now()), updated_at = now()
      from placed
      join task t on t.id = placed.task_id
      left join connection c on c.id = placed.connection_id
     where r.id = placed.id and placed.fits
    returning r.id, r.task_id, r.epoch, r.attempt, r.type, t.trigger, t.input, r.connection_id,
              t.connection_key, c.technology, c.client_configuration, c.settings, placed.room;
end $$;
