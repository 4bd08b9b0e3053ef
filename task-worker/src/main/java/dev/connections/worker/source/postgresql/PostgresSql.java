package dev.connections.worker.source.postgresql;

import dev.connections.worker.source.jdbc.PendingTexts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.StringJoiner;

/** The catalog queries of PostgreSQL 12 and later; object ids are read as bigint, which keeps their order. */
final class PostgresSql {
    static final String DATABASES = """
            select d.oid::bigint, d.datname, shobj_description(d.oid, 'pg_database'),
                   d.datallowconn and has_database_privilege(d.oid, 'CONNECT'), d.datname = current_database()
              from pg_database d
             where d.datname not in ('template0', 'template1')
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

    /** The relation with the id, or else the one of the name in the schema of the name. */
    static final String FIND = """
            select c.oid::bigint
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.oid = ?::oid or (c.relname = ? and n.nspname = ?)
             order by c.oid <> ?::oid limit 1
            """;

    /** The names of a relation that is there now. */
    static final String NAMES = """
            select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = ?::oid
            """;

    /** Every expression of the schemas' relations. */
    static final String EXPRESSIONS = """
            select e.adrelid::bigint, e.adnum, octet_length(e.adbin::text) / 4
              from pg_attrdef e join pg_class c on c.oid = e.adrelid
             where c.relnamespace = any(?::oid[])
            """;

    /** The texts of views and columns; one that is gone is null. */
    static final String TEXTS = """
            select t.i, case when t.number = 0 then pg_get_viewdef(t.relation)
                             else (select pg_get_expr(e.adbin,
                                              case when strpos(e.adbin::text, '{VAR ') = 0 then 0 else e.adrelid end)
                                     from pg_attrdef e where e.adrelid = t.relation and e.adnum = t.number) end
              from unnest(?::int[], ?::oid[], ?::int[]) t (i, relation, number)
            """;

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

    /**
     * The last column is about the length of a view's definition, or above it: the server keeps it as a tree, which is at
     * least four times as long, and knows the tree's length without reading it.
     */
    static final ByRelation RELATIONS = new ByRelation(500, """
            select c.oid::bigint, c.relnamespace::bigint, c.relname, c.relkind, c.relpersistence, c.relispartition,
                   am.amname, octet_length(w.ev_action::text) / 4
              from pg_class c
              left join pg_am am on am.oid = c.relam
              left join pg_rewrite w on w.ev_class = c.oid and w.rulename = '_RETURN' and c.relkind in ('v', 'm')
             where\s""", " order by c.oid");

    static final ByRelation COLUMNS = new ByRelation(5_000, """
            select a.attrelid::bigint, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::bigint,
                   a.attnotnull, a.attgenerated <> '', a.attidentity <> ''
              from pg_class c
              join pg_attribute a on a.attrelid = c.oid
             where a.attnum > 0 and not a.attisdropped and\s""", " order by a.attrelid, a.attnum");

    private static final int TEXTS_AT_FIRST = 100;

    /**
     * Expressions that name no column. Those are made into text without a look at the relation, which would take a lock
     * and, for each of them, the names of all its columns; the text of the others is null.
     *
     * @param broken the expressions that cannot be read, whose text is null too
     */
    static ByRelation defaults(PendingTexts broken) {
        StringJoiner but = new StringJoiner(", ", " and (e.adrelid::bigint, e.adnum::int) not in (", ")");
        but.setEmptyValue("");
        for (int i = 0; i < broken.count(); i++) {
            but.add("(" + broken.relation(i) + ", " + broken.number(i) + ")");
        }
        return new ByRelation(
                TEXTS_AT_FIRST,
                "select e.adrelid::bigint, e.adnum, case when strpos(e.adbin::text, '{VAR ') = 0" + but
                        + " then pg_get_expr(e.adbin, 0) end, octet_length(e.adbin::text) / 4"
                        + " from pg_class c join pg_attrdef e on e.adrelid = c.oid where ",
                " order by e.adrelid");
    }

    static final ByRelation COMMENTS = new ByRelation(TEXTS_AT_FIRST, """
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
                   array_to_json(coalesce(referenced.columns, '{}'))
              from pg_constraint k
              join pg_class c on c.oid = k.conrelid
              left join declared on declared.oid = k.oid
              left join referenced on referenced.oid = k.oid
              left join pg_class f on f.oid = k.confrelid
              left join pg_namespace n on n.oid = f.relnamespace
             where k.contype in ('p', 'f') and (declared.oid is null or declared.confrelid = k.confrelid) and\s""", " order by k.conrelid, k.contype desc, k.conname, k.oid");

    /** Rows of a list that memory holds at a time. */
    private static final int LIST_FETCH = 2_000;

    private PostgresSql() {}

    /** A statement that lists something; its rows come in parts where the connection is in a transaction. */
    static PreparedStatement list(Connection jdbc, String sql) throws SQLException {
        PreparedStatement statement = jdbc.prepareStatement(sql);
        statement.setFetchSize(LIST_FETCH);
        return statement;
    }
}
