-- The beginning of a transaction that threads share, so that what concerns one of them delays the others little: for its rest,
-- waits for locks are short, and statements find each row by its id, whatever the tables looked like when they were last
-- analyzed. Locks the connections in the order of their ids, and returns those that nobody else has locked.
create or replace function begin_group(connections uuid[]) returns setof uuid language plpgsql as $$
begin
    perform set_config('lock_timeout', '100ms', true), set_config('plan_cache_mode', 'force_generic_plan', true),
            set_config('enable_nestloop', 'on', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true),
            set_config('enable_material', 'off', true);
    if cardinality(connections) > 0 then
        return query select id from connection where id = any(connections) order by id for no key update skip locked;
    end if;
end $$;
