-- Fails unless a session holds the worker's presence lock. A worker that has lost its sessions may get others back before
-- it notices that its presence is gone; the sweep takes what it claims meanwhile for lost at once.
--
-- Whether somebody else holds a lock shows by asking for it, in a table of one entry; pg_locks would copy all locks of the
-- server for each claim. Where nobody holds it, the error gives it back with the transaction.
create or replace function require_presence(worker_id text) returns boolean language plpgsql as $$
begin
    -- The class is WorkerStore.PRESENCE_LOCK_CLASS.
    if pg_try_advisory_xact_lock_shared(x'434e4e57'::int, (select presence_key from worker where id = worker_id))
           is distinct from false then
        raise exception 'worker % may not claim: nobody holds its presence lock', worker_id
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    return true;
end $$;
