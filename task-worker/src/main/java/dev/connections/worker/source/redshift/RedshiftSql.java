package dev.connections.worker.source.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The catalog queries, which the leader node answers by itself. It is a PostgreSQL 8.0 with views of its own, so there are
 * none of the functions over arrays and texts that came later. Object ids are read as bigint.
 */
final class RedshiftSql {
    /** Only a Redshift has it. */
    static final String IS_REDSHIFT = """
            select count(*)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'pg_catalog' and c.relname = 'svv_redshift_databases'
            """;

    /** The comment on a database is kept in itself: a session sees that of its own only. */
    static final String DATABASES = """
            select d.oid::bigint, d.datname, d.datallowconn, d.datname = current_database(), c.description
              from pg_database d
              left join pg_description c on c.objoid = d.oid and c.classoid = 1262 and c.objsubid = 0
             where d.datname not in ('template0', 'template1', 'padb_harvest', 'sys:internal')
             order by d.datname <> current_database(), d.datname
            """;

    /** The databases that were made of what another cluster shares. */
    static final String DATASHARES = """
            select database_name from svv_redshift_databases where database_type <> 'local' order by database_name
            """;

    static final String SCHEMAS = """
            select n.oid::bigint, n.nspname, d.description, has_schema_privilege(n.oid, 'usage'), e.eskind
              from pg_namespace n
              left join pg_description d on d.objoid = n.oid and d.objsubid = 0
                     and d.classoid = (select t.oid from pg_class t join pg_namespace p on p.oid = t.relnamespace
                                        where t.relname = 'pg_namespace' and p.nspname = 'pg_catalog')
              left join pg_external_schema e on e.esoid = n.oid
             where n.nspname not in ('information_schema', 'catalog_history')
               and n.nspname !~ '^pg_'
             order by n.oid
            """;

    /** Where the cluster keeps the rows of a materialized view. */
    private static final String ROWS_OF_VIEW = "^mv_tbl__.*__[0-9]+$";

    /** The tables that hold the rows of materialized views; stv_mv_info shows an account only its own views. */
    private static final String MATERIALIZED = """
            select c.relnamespace::bigint, c.relname
              from pg_class c
             where c.relkind = 'r' and c.relname ~ ':rows' and c.relnamespace in (:schemas)
            """.replace(":rows", ROWS_OF_VIEW);

    private static final String READ = """
             where c.relkind in ('r', 'v', 'm', 'f') and c.relname !~ ':rows'
               and c.relnamespace in (:schemas):only
            """.replace(":rows", ROWS_OF_VIEW);

    /** What a row of {@link #STRUCTURE} is of. */
    static final int PART_RELATION = 0;

    static final int PART_COLUMN = 1;
    static final int PART_KEY = 2;

    private static final String RELATIONS = """
            select n.nspname, c.relname, c.oid::bigint, 0, c.relnamespace::bigint, 0, c.relkind::text, d.description,
                   null::text, null::text, null::text, null::text, null::text
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_description d on d.objoid = c.oid and d.classoid = 1259 and d.objsubid = 0
            """ + READ;

    /**
     * The expression of a default is made with the relation, for which PostgreSQL 8.0 only looks up names; without one it
     * makes none.
     */
    private static final String COLUMNS = """
            select n.nspname, c.relname, c.oid::bigint, 1, a.attnum::bigint, 0, a.attname::text,
                   format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' else 'null' end,
                   pg_get_expr(e.adbin, e.adrelid), d.description, null::text, null::text
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              left join pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum
              left join pg_description d on d.objoid = a.attrelid and d.classoid = 1259 and d.objsubid = a.attnum
            """ + READ;

    /** Primary keys have one row, foreign keys one for each column that they reference. */
    private static final String KEYS = """
            select n.nspname, c.relname, c.oid::bigint, 2, k.oid::bigint, coalesce(a.attnum, 0)::int, k.conname::text,
                   k.contype::text, array_to_string(k.conkey, ','), array_to_string(k.confkey, ','), fn.nspname::text,
                   f.relname::text, a.attname::text
              from pg_constraint k
              join pg_class c on c.oid = k.conrelid
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_class f on f.oid = k.confrelid and k.contype = 'f'
              left join pg_namespace fn on fn.oid = f.relnamespace
              left join pg_attribute a on a.attrelid = f.oid and a.attnum = any (k.confkey)
            """ + READ + " and k.contype in ('p', 'f')";

    /**
     * Relations with their columns and keys, in one statement and so in one snapshot: a relation that is renamed meanwhile
     * has its columns all the same. The first two columns are of the type name, which sorts by bytes.
     */
    private static final String STRUCTURE =
            String.join(" union all ", RELATIONS, COLUMNS, KEYS) + " order by 1, 2, 3, 4, 5, 6";

    /** Columns of the views that are bound when they are used; pg_attribute has none of them. */
    static final String LATE_BINDING = """
            select view_schema, view_name, col_num, col_name, col_type
              from pg_get_late_binding_view_cols()
                   cols (view_schema name, view_name name, col_name name, col_type varchar, col_num int)
             order by view_schema, view_name, col_num
            """;

    static final String EXTERNAL_COLUMNS = """
            select c.tablename, c.columnname, c.external_type, c.columnnum, c.is_nullable, t.tabletype, t.input_format
              from svv_external_columns c
              left join svv_external_tables t
                on t.redshift_database_name = c.redshift_database_name and t.schemaname = c.schemaname
                   and t.tablename = c.tablename
             where c.redshift_database_name = current_database() and c.schemaname = ?:table
             order by c.tablename, c.columnnum
            """;

    /** The relation with the id, or else the one of the name in the schema of the name. */
    static final String FIND = """
            select c.oid::bigint
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.oid = ? or (c.relname = ? and n.nspname = ?)
             order by c.oid <> ? limit 1
            """;

    private static final String DEFINITIONS = """
            select c.oid::bigint, pg_get_viewdef(c.oid) from pg_class c where c.oid in (:relations)
            """;

    private static final String NAMES = """
            select n.nspname, c.relname
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.oid in (:relations)
             order by n.nspname, c.relname
            """;

    /** Rows that memory holds at a time; each may have a text of 64 KB. */
    private static final int FETCH = 200;

    private RedshiftSql() {}

    /** Which relations of a database to read: those of the schemas, or only one of them. */
    record Scope(Collection<Long> schemas, @Nullable Long only) {
        Scope {
            schemas = List.copyOf(schemas);
        }

        PreparedStatement materialized(Connection connection) throws SQLException {
            return statement(connection, MATERIALIZED);
        }

        PreparedStatement structure(Connection connection) throws SQLException {
            return statement(connection, STRUCTURE);
        }

        private PreparedStatement statement(Connection connection, String sql) throws SQLException {
            String one = only == null ? "" : " and c.oid = " + only;
            return list(connection, sql.replace(":schemas", numbers(schemas)).replace(":only", one));
        }
    }

    /** Asks for the definitions of views, in one short statement. */
    static String definitions(Collection<Long> relations) {
        return DEFINITIONS.replace(":relations", numbers(relations));
    }

    /** Asks for the schemas and names of relations. */
    static String names(Collection<Long> relations) {
        return NAMES.replace(":relations", numbers(relations));
    }

    private static String numbers(Collection<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** A text that cannot be null, unless the server is none of Redshift's. */
    static String text(@Nullable String sent) {
        return Objects.requireNonNullElse(sent, "");
    }

    /** A statement that lists something; its rows come in parts where the connection is in a transaction. */
    static PreparedStatement list(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(FETCH);
        return statement;
    }

    /** Lets no statement of the session take longer. */
    static void limit(Connection connection, Duration limit) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout to " + limit.toMillis());
        }
    }
}
