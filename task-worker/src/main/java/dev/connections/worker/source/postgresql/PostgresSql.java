package dev.connections.worker.source.postgresql;

/** The catalog queries of PostgreSQL 12 and later; object ids are read as bigint, which keeps their order. */
final class PostgresSql {
    /** Names come qualified, constants read the same whatever the account's defaults are, and no limit cuts a read. */
    static final String PREPARE = """
            select set_config(name, value, false)
              from (values ('search_path', 'pg_catalog'), ('application_name', 'connections-crawl'),
                           ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'),
                           ('bytea_output', 'hex'), ('quote_all_identifiers', 'off'), ('jit', 'off'),
                           ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'),
                           ('transaction_timeout', '0'), ('idle_session_timeout', '0')) as wanted (name, value)
             where name in (select s.name from pg_catalog.pg_settings s)
            """;

    static final String DATABASES = """
            select d.oid::bigint, d.datname, shobj_description(d.oid, 'pg_database'),
                   d.datallowconn and has_database_privilege(d.oid, 'CONNECT'), d.datname = current_database()
              from pg_database d
             where not d.datistemplate
             order by d.datname <> current_database(), d.datname
            """;

    static final String SCHEMAS = """
            select n.oid::bigint, n.nspname, obj_description(n.oid, 'pg_namespace'),
                   has_schema_privilege(n.oid, 'USAGE')
              from pg_namespace n
             where n.nspname not in ('pg_catalog', 'information_schema')
               and n.nspname !~ '^pg_(toast|temp)'
             order by n.oid
            """;

    /** Whatever columns can be made of, but for rows of tables and arrays of them: those grow with the tables. */
    static final String TYPES = """
            select t.oid::bigint, t.typname, t.typtype, t.typcategory, t.typbasetype::bigint, t.typnotnull
              from pg_type t
              left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
             where t.typrelid = 0 and coalesce(e.typrelid, 0) = 0
            """;

    /** Catalogs are read whole and in step. Estimates are far off where nobody has analyzed them, loops are then slow. */
    static final String READ_WHOLE = "set local enable_nestloop = off";

    /** Ends the condition where only one relation is read. */
    static final String ONLY = " and c.oid = ?::oid";

    /** The condition of those below, which have the ids of the schemas as parameter. */
    private static final String READ = "c.relkind in ('r', 'p', 'f', 'v', 'm') and c.relnamespace = any(?::oid[])";

    /**
     * The statements come in two parts, between which {@link #ONLY} fits.
     *
     * @param fetchSize rows that memory holds at a time
     */
    record ByRelation(int fetchSize, String select, String order) {
        String sql(boolean only) {
            return select + READ + (only ? ONLY : "") + order;
        }
    }

    static final ByRelation RELATIONS = new ByRelation(500, """
            select c.oid::bigint, c.relnamespace::bigint, c.relname, c.relkind, c.relpersistence, c.relispartition,
                   am.amname, case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end
              from pg_class c
              left join pg_am am on am.oid = c.relam
             where\s""", " order by c.oid");

    static final ByRelation COLUMNS = new ByRelation(5_000, """
            select a.attrelid::bigint, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::bigint,
                   a.attnotnull, a.attgenerated <> '', a.attidentity <> ''
              from pg_class c
              join pg_attribute a on a.attrelid = c.oid
             where a.attnum > 0 and not a.attisdropped and\s""", " order by a.attrelid, a.attnum");

    static final ByRelation DEFAULTS = new ByRelation(2_000, """
            select e.adrelid::bigint, e.adnum, pg_get_expr(e.adbin, e.adrelid)
              from pg_class c
              join pg_attrdef e on e.adrelid = c.oid
             where\s""", " order by e.adrelid");

    static final ByRelation COMMENTS = new ByRelation(1_000, """
            select d.objoid::bigint, d.objsubid, d.description
              from pg_class c
              join pg_description d on d.objoid = c.oid
             where d.classoid = 'pg_class'::regclass and\s""", " order by d.objoid");

    /**
     * Primary and foreign keys. For a key to a partitioned table PostgreSQL keeps further ones to each partition, which
     * nobody declared; a partition's copy of a key of its parent is one of its own.
     */
    static final ByRelation KEYS = new ByRelation(1_000, """
            with recursive copy as (
                select k.oid, k.conparentid as origin from pg_constraint k where k.conparentid <> 0 and k.contype = 'f'
                 union all
                select p.oid, k.conparentid
                  from copy p join pg_constraint k on k.oid = p.origin where k.conparentid <> 0
            ),
            declared as (
                select copy.oid, k.confrelid
                  from copy join pg_constraint k on k.oid = copy.origin and k.conparentid = 0
            ),
            referenced as (
                select k.oid, array_agg(a.attname::text order by u.i) as columns
                  from pg_constraint k
                 cross join unnest(k.confkey) with ordinality as u (attnum, i)
                  join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum
                 where k.contype = 'f'
                 group by k.oid
            )
            select k.conrelid::bigint, k.contype, k.conname, k.conkey, n.nspname, f.relname,
                   coalesce(referenced.columns, '{}')
              from pg_constraint k
              join pg_class c on c.oid = k.conrelid
              left join declared on declared.oid = k.oid
              left join referenced on referenced.oid = k.oid
              left join pg_class f on f.oid = k.confrelid
              left join pg_namespace n on n.oid = f.relnamespace
             where k.contype in ('p', 'f') and (declared.oid is null or declared.confrelid = k.confrelid) and\s""", " order by k.conrelid, k.contype desc, k.conname, k.oid");

    private PostgresSql() {}
}
