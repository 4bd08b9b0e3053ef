-- What happens at the commit that ends a task. PostgreSQL cannot replace constraint triggers, so these are dropped and
-- created again, without a notice if they do not exist yet.
set local client_min_messages = warning;

-- Ends a parent's run when its last child has ended. It runs at the commit that ends a child. The lock on the parent's
-- row serializes such commits, so that of the last two children one sees the other.
create or replace function end_parent() returns trigger language plpgsql as $$
declare
    parent task_run%rowtype;
    counts record;
begin
    select * into parent from task_run
     where task_id = new.parent_task_id and waits_for_children and completed_at is null for update;
    if not found or exists (select from task where parent_task_id = new.parent_task_id and status in ('PENDING', 'RUNNING')) then
        return null;
    end if;
    select count(*) filter (where t.status = 'FAILED') as failed, count(*) filter (where t.status = 'CANCELED') as canceled,
           count(*) as children,
           coalesce(sum((r.result -> 'objects' ->> 'created')::bigint), 0) as created,
           coalesce(sum((r.result -> 'objects' ->> 'updated')::bigint), 0) as updated,
           -- Each child counted one object of the parent's own listing again.
           coalesce(sum(greatest((r.result -> 'objects' ->> 'unchanged')::bigint - 1, 0)), 0) as unchanged,
           coalesce(sum((r.result -> 'objects' ->> 'missing')::bigint), 0) as missing,
           coalesce(sum((r.result -> 'objects' ->> 'purged')::bigint), 0) as purged,
           -- The last child decided for all children.
           (jsonb_agg(r.error) filter (where r.error ->> 'code' = 'MASS_MISSING')) -> 0 as mass_missing,
           -- Kafka accepts no event above one megabyte; each child's run has all of its own warnings.
           (select coalesce(jsonb_agg(warning), '[]')
              from (select warning from task c join task_run cr on cr.id = c.latest_run_id,
                           jsonb_array_elements(coalesce(cr.result -> 'warnings', '[]')) warning
                     where c.parent_task_id = new.parent_task_id order by c.id limit 100) few) as warnings
      into counts
      from task t join task_run r on r.id = t.latest_run_id
     where t.parent_task_id = new.parent_task_id;
    update task_run r
       set completed_at = now(), updated_at = now(),
           -- If all have succeeded, their findings are marked already: a cancellation came too late.
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

drop trigger if exists a_child_ends on task;
create constraint trigger a_child_ends after update on task deferrable initially deferred
    for each row when (new.parent_task_id is not null and new.status in ('SUCCEEDED', 'FAILED', 'CANCELED')
                       and old.status in ('PENDING', 'RUNNING'))
    execute function end_parent();

-- If the deletion of a whole connection ends without success, the connection becomes INACTIVE again. This happens at
-- the commit, because the creation of another attempt sets the task back to PENDING.
create or replace function end_deletion() returns trigger language plpgsql as $$
begin
    update connection
       set state = 'INACTIVE', version = version + 1, updated_at = now(), updated_by = 'system'
     where id = new.connection_id and state = 'DELETING'
       and not exists (select from task where id = new.id and in_flight);
    return null;
end $$;

drop trigger if exists b_deletion_ends on task;
create constraint trigger b_deletion_ends after update on task deferrable initially deferred
    for each row when (new.type = 'DELETE' and new.input -> 'objectId' is null
                       and new.status in ('FAILED', 'CANCELED') and old.status in ('PENDING', 'RUNNING'))
    execute function end_deletion();
