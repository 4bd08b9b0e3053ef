package dev.connections.worker.catalog;

import dev.connections.catalog.ActivationSql;
import dev.connections.connection.PathPatterns;

/** The statements of the merge, in their order. */
final class MergeSql {
    static final String PREPARE = """
            set local jit = off;
            set local work_mem = '64MB';
            create temp table matched (
                candidate uuid, parent uuid, level int, context boolean, id uuid, below uuid, listed_with uuid,
                moved boolean, same boolean) on commit drop;
            create temp table resolved (
                candidate uuid, id uuid, level int, context boolean, parent_id uuid, change text, listing uuid,
                relist boolean, moved boolean) on commit drop;
            create temp table listed_now (id uuid primary key) on commit drop;
            create temp table absent (id uuid, covered boolean, listed boolean) on commit drop;
            create temp table gone (id uuid) on commit drop;
            create temp table cascaded (id uuid, path text[], path_types text[]) on commit drop
            """;

    private static final String OWN_GIN_INDEXES = """
              from pg_class i
             where i.oid in ('data_object_bigrams'::regclass, 'data_object_columns'::regclass)
               and pg_has_role(i.relowner, 'USAGE')
            """;

    /** The search indexes take the new entries all at once at the end, several times faster than every 4 MB. */
    static final String COLLECT_INDEX_ENTRIES =
            "select set_config('gin_pending_list_limit', '65536', true)" + OWN_GIN_INDEXES;

    static final String ENTER_INDEX_ENTRIES = "select gin_clean_pending_list(i.oid)" + OWN_GIN_INDEXES;

    /** What the catalog has of a staged object; beside it stands {@code o}, the object that it is. */
    private static final String FOUND_AS = """
            o.id, o.parent_id as below, o.listed_with, o.path <> s.path or o.path_types <> s.path_types as moved
            """;

    /** Finds the staged objects by their ids. */
    static final String MATCH = """
            insert into matched
            select s.candidate, s.parent, s.level, s.context,
            """ + FOUND_AS + """
                   , o.content_hash = s.content_hash and o.missing_since is null
              from staged s
              left join data_object o
                on o.connection_id = :connection and o.remote_scope = s.remote_scope and o.remote_id = s.remote_id
            """;

    static final String HAS_NEW = "select exists (select from matched where id is null)";

    /**
     * Where the id of a staged object of the level is new, it replaces the one of its name below the same parent whose id
     * is gone: the same object, which was built anew. The objects above have been looked at before.
     */
    static String replace(int level) {
        return REPLACE.replace(":beside", level == 0 ? BESIDE_TOP : BESIDE);
    }

    private static final String BESIDE_TOP = "o.connection_id = :connection and o.parent_id is null";

    private static final String BESIDE = "o.parent_id = p.id";

    private static final String REPLACE = """
            with vacant as (
                select s.candidate, o.missing_since,
            """ + FOUND_AS + """
                  from matched m
                  join staged s on s.candidate = m.candidate
                  left join matched p on p.candidate = m.parent
                  join data_object o on :beside and o.name = s.name
                 where m.level = :level and m.id is null
                   and not exists (select from matched x where x.id = o.id)
                   and not exists (select from marked k
                                    where k.mark = 'KEPT' and k.remote_scope = o.remote_scope
                                      and k.remote_id = o.remote_id)
            ),
            chosen as (
                select distinct on (candidate) * from vacant order by candidate, missing_since desc nulls first, id
            ),
            replaced as (
                select distinct on (id) * from chosen order by id, candidate
            )
            update matched m
               set id = r.id, below = r.below, listed_with = r.listed_with, moved = r.moved, same = false
              from replaced r
             where m.candidate = r.candidate
            """;

    /**
     * Finds out what the staged objects are to the catalog. Of one that was not listed, the time is written unless a
     * listing has seen it since this crawl was asked for, as a parent's has.
     */
    static final String RESOLVE = """
            insert into resolved
            with placed as (
                select m.*, coalesce(p.id, p.candidate) as parent_id,
                       case when l.parent is not null then coalesce(p.id, p.candidate, :connection) end as listing
                  from matched m
                  left join matched p on p.candidate = m.parent
                  left join (select distinct parent from listed) l on l.parent = coalesce(m.parent, :connection)
            )
            select candidate, coalesce(id, candidate), level, context, parent_id,
                   case when id is null then 'CREATED'
                        when same and not moved and below is not distinct from parent_id then 'UNCHANGED'
                        else 'UPDATED' end,
                   listing,
                   case when listing is null
                        then not exists (select from listing l join task t on t.id = :task
                                          where l.id = listed_with and l.listed_at >= t.created_at)
                        else listed_with is distinct from listing end,
                   id is not null and moved
              from placed
            """;

    static final String LISTED_NOW = """
            insert into listed_now
            select distinct coalesce(r.id, l.parent) from listed l left join resolved r on r.candidate = l.parent
            """;

    static final String COUNTS = """
            select level, change, count(*) as objects, count(*) filter (where context) as context, moved
              from resolved group by level, change, moved
            """;

    private static final String COVERED = """
            case when o.normalized_type in ('DATABASE', 'SCHEMA') then p.path ~ :container else p.path ~ :leaf end
                and not p.path ~ :exclude
            """;

    private static final String LAST_SEEN =
            "coalesce((select l.listed_at from listing l where l.id = o.listed_with), o.synced_at, '-infinity')";

    /** What a crawl that began later has seen is left to the next crawl. */
    private static final String NOT_SEEN_SINCE = LAST_SEEN + """
             <= :readFrom
            and not exists (select from resolved r where r.id = o.id)
            and not exists (select from marked m where m.mark = 'KEPT'
                               and m.remote_scope = o.remote_scope and m.remote_id = o.remote_id)
            """;

    /**
     * The objects below listed parents that were not staged. Found first and looked at afterwards: ordinarily there are
     * next to none, and the planner cannot know.
     */
    static final String ABSENT =
            """
            insert into absent
            with unseen as materialized (
                select o.id
                  from data_object o
                  join listed_now n on n.id = coalesce(o.parent_id, o.connection_id)
                 where o.connection_id = :connection and o.missing_since is null
                   and not exists (select from resolved r where r.id = o.id)
            )
            select o.id,
            """ + COVERED + " and " + NOT_SEEN_SINCE + """
                   , o.listed_with is not null
              from unseen u
              join data_object o on o.id = u.id
              left join resolved above on above.id = o.parent_id
              left join staged s on s.candidate = above.candidate
             cross join lateral (select coalesce(s.path, '{}') || o.name as path) names
             cross join lateral (select\s""" + PathPatterns.joined("names.path") + """
              as path) p
            """;

    /**
     * The children {@code c} of the rows {@code b} of a recursion. How many rows that are, the planner cannot know, and joins them with
     * the catalogs of all connections where it takes them for many; the offset keeps it to the index.
     */
    static final String CHILDREN = """
            cross join lateral (select id, name, type, path, path_types, missing_since
                                  from data_object where parent_id = b.id offset 0) c
            """;

    /**
     * Ordinarily they are empty. The planner would expect a thousand rows in each and millions below them, and PostgreSQL make room
     * for those: that took most of a second of each crawl.
     */
    static final String KNOW_ABSENT = "analyze absent, marked";

    /** An object that goes MISSING takes with it all that is below it and was not found elsewhere. */
    static final String MISSING =
            """
            insert into gone
            with recursive below as (
                select id from absent where covered
                 union
                select o.id
                  from marked k
                  join data_object o on o.connection_id = :connection
                   and o.remote_scope = k.remote_scope and o.remote_id = k.remote_id
                 cross join lateral (select\s""" + PathPatterns.joined("o.path") + """
                  as path) p
                 where k.mark = 'SOUGHT' and o.missing_since is null and
            """ + COVERED + " and " + NOT_SEEN_SINCE + """
                 union
                select c.id from below b
            """ + CHILDREN + """
                 where c.missing_since is null and not exists (select from resolved r where r.id = c.id)
            )
            select id from below
            """;

    /** The crawl that this one is a part of, and whether all its other parts have succeeded. */
    static final String WHOLE = """
            select t.parent_task_id,
                   not exists (select from task other where other.parent_task_id = t.parent_task_id and other.id <> t.id
                                                        and other.status <> 'SUCCEEDED')
              from task t
             where t.id = :task and t.parent_task_id is not null
            """;

    /** Leaves to the last part of the crawl what this part has not found. */
    static final String LEAVE = """
            with left_over as (delete from gone returning id)
            insert into absent_object (task_id, object_id, read_from) select :whole, id, :readFrom from left_over
            on conflict do nothing
            """;

    /** What the other parts of the crawl have left to this one, but for what has been seen or removed since. */
    static final String TAKE_OVER = """
            insert into gone
            select o.id
              from absent_object a
              join data_object o on o.id = a.object_id
             where a.task_id = :whole and o.missing_since is null and a.read_from >=
            """ + LAST_SEEN + """
             and not exists (select from gone g where g.id = o.id)
            """;

    /** What is PRESENT, but for what other parts of the same crawl have found new. */
    static final String PRESENT = """
            select count(*)
              from data_object o
             where o.connection_id = :connection and o.missing_since is null
               and o.created_at < coalesce((select parent.created_at
                                              from task t join task parent on parent.id = t.parent_task_id
                                             where t.id = :task), 'infinity')
            """;

    static final String INSERT =
            """
            insert into data_object (
                id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types, remote_scope,
                remote_id, remote_type, remote_format, remote_kind, remote_created_at, remote_updated_at, activation,
                description, detail, column_names, content_hash, listed_with, synced_at, created_by, updated_by)
            select r.id, :connection, r.parent_id, coalesce(p.root_id, r.id), s.name, s.type, s.normalized_type, s.path,
                   s.path_types, s.remote_scope, s.remote_id, s.remote_type, s.remote_format, s.remote_kind,
                   s.remote_created_at, s.remote_updated_at, %s,
                   s.description, s.detail::jsonb, s.column_names, s.content_hash, r.listing,
                   case when r.listing is null then now() end, 'system', 'system'
              from resolved r
              join staged s on s.candidate = r.candidate
              left join data_object p on p.id = r.parent_id
              left join data_object g on g.id = p.parent_id
             where r.change = 'CREATED' and r.level = :level
            """.formatted(ActivationSql.ofNew(":activation", "p.new_child_activation", "g.new_child_activation"));

    static final String UPDATE = """
            update data_object o
               set parent_id = r.parent_id, root_id = coalesce(p.root_id, o.id), name = s.name, type = s.type,
                   remote_scope = s.remote_scope, remote_id = s.remote_id,
                   normalized_type = s.normalized_type, path = s.path, path_types = s.path_types,
                   remote_type = s.remote_type, remote_format = s.remote_format, remote_kind = s.remote_kind,
                   remote_created_at = s.remote_created_at, remote_updated_at = s.remote_updated_at,
                   missing_since = null, description = s.description, detail = s.detail::jsonb,
                   column_names = s.column_names, content_hash = s.content_hash, listed_with = r.listing,
                   synced_at = case when r.listing is null then now() else o.synced_at end,
                   updated_at = now(), updated_by = 'system'
              from resolved r
              join staged s on s.candidate = r.candidate
              left join data_object p on p.id = r.parent_id
             where r.change = 'UPDATED' and o.id = r.id
            """;

    static final String RELIST = """
            update data_object o
               set listed_with = r.listing,
                   synced_at = case when r.listing is null then now() else o.synced_at end
              from resolved r
             where r.change = 'UNCHANGED' and r.relist and o.id = r.id
            """;

    /** A renamed object renames the path of what is below it, also where the crawl did not look: finds that. */
    static final String CASCADE = """
            insert into cascaded
            with recursive below as (
                select c.id, o.path || c.name as path, o.path_types || c.type as path_types, c.path as old_path, c.path_types as old_types
                  from resolved r
                  join data_object o on o.id = r.id
                  join data_object c on c.parent_id = o.id
                 where r.moved and not exists (select from resolved x where x.id = c.id)
                 union all
                select c.id, b.path || c.name, b.path_types || c.type, c.path, c.path_types
                  from below b
            """ + CHILDREN + """
                 where not exists (select from resolved x where x.id = c.id)
            )
            select id, path, path_types from below where path <> old_path or path_types <> old_types
            """;

    /** Ordinarily these are empty, and the planner would take them for large. */
    static final String KNOW_CHANGED = "analyze gone, cascaded";

    static final String RENAME = """
            update data_object o
               set path = c.path, path_types = c.path_types, updated_at = now(), updated_by = 'system'
              from cascaded c
             where o.id = c.id
            """;

    static final String MARK_MISSING = """
            update data_object o
               set missing_since = now(), updated_at = now(), updated_by = 'system', listed_with = null,
                   synced_at = coalesce((select l.listed_at from listing l where l.id = o.listed_with), o.synced_at)
              from gone g
             where o.id = g.id
            """;

    /** What is there but is not covered any more keeps the time when it last was. */
    static final String UNLIST = """
            update data_object o
               set listed_with = null, synced_at = l.listed_at
              from absent a, listing l
             where a.listed and o.id = a.id and l.id = o.listed_with
            """;

    static final String PUBLISH_CHANGES = """
            with changed as (
                select id, change from resolved where change <> 'UNCHANGED'
                 union all
                select id, 'UPDATED' from cascaded
                 union all
                select id, 'MISSING' from gone
            )
            """ + ChangeEvents.INSERT + ChangeEvents.SELECT + """
              from changed join data_object o on o.id = changed.id order by cardinality(o.path)
            """;

    static final String LISTINGS = """
            insert into listing (id, connection_id, listed_at)
            select id, :connection, now() from listed_now
            on conflict (id) do update set listed_at = greatest(listing.listed_at, excluded.listed_at)
            """;

    private MergeSql() {}
}
