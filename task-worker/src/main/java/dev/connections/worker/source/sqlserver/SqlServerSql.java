package dev.connections.worker.source.sqlserver;

import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The queries of the catalog views. None calls a function that looks an object up, such as object_name, since each of those
 * waits for whoever alters the object. The streams come in the order in which the server stores them.
 */
final class SqlServerSql {
    /** Leaves out those of the server itself. A snapshot is another look at one that is listed too. */
    private static final String DATABASES = """
            select d.database_id, cast(d.service_broker_guid as nvarchar(36)), d.name, cast(d.state as int),
                   has_dbaccess(d.name), case when d.name = db_name() then 1 else 0 end:definitions
              from sys.databases d
             where d.name not in ('master', 'tempdb', 'model', 'msdb') and d.source_database_id is null
             order by 6 desc, d.name
            """;

    /** Whether the account sees what a database consists of; a server opens each database to find out. */
    private static final String DEFINITIONS = """
            ,
                   has_perms_by_name(case when d.name <> db_name() then quotename(d.name) end, 'DATABASE',
                                     'VIEW DEFINITION')""";

    /** Every database has schemas for its fixed roles and for guests, which nearly always are empty. */
    static final String SCHEMAS = """
            select s.schema_id, s.name, cast(p.value as nvarchar(max))
              from sys.schemas s
              left join sys.extended_properties p
                     on p.class = 3 and p.major_id = s.schema_id and p.minor_id = 0 and p.name = 'MS_Description'
             where s.name not in ('sys', 'INFORMATION_SCHEMA')
               and ((s.schema_id < 16384 and s.name <> 'guest')
                    or exists (select 1 from sys.objects o where o.schema_id = s.schema_id and o.type in ('U', 'V')))
             order by s.schema_id
            """;

    static final String TYPES = """
            select t.user_type_id, t.system_type_id, t.name, t.is_user_defined, s.name
              from sys.types t
              left join sys.schemas s on s.schema_id = t.schema_id
            """;

    /** Relations and their columns, the relation again with each column. */
    private static final String STRUCTURE = """
            select o.object_id, o.schema_id, o.name, cast(o.type as nvarchar(2)), i.index_id, t.is_external,
                   t.is_memory_optimized, cast(t.temporal_type as int), c.column_id, c.name, c.user_type_id, c.max_length,
                   cast(c.precision as int), cast(c.scale as int), c.is_nullable, c.is_computed, c.is_identity,
                   c.default_object_id:modern
              from sys.objects o
              left join sys.tables t on t.object_id = o.object_id
              left join sys.indexes i on i.object_id = o.object_id and i.index_id = 1 and o.type = 'V'
              left join sys.columns c on c.object_id = o.object_id and c.is_hidden = 0
             where o.type in ('U', 'V', 'ET') and o.is_ms_shipped = 0:schemas:only
             order by o.object_id, c.column_id
            """;

    /** What servers have from SQL Server 2022 on; among it their time zone, in which they keep times. */
    private static final String MODERN = """
            , t.is_node, t.is_edge, cast(t.ledger_type as int),
                   o.create_date at time zone current_timezone_id() at time zone 'UTC',
                   o.modify_date at time zone current_timezone_id() at time zone 'UTC'""";

    /** The columns of primary keys, whose constraint counts as 0, and of foreign keys. */
    private static final String KEYS = """
            select o.object_id, 0 as key_id, k.name as key_name, cast(x.key_ordinal as int) as number,
                   c.name as column_name, cast(null as nvarchar(128)) as schema_name,
                   cast(null as nvarchar(128)) as table_name, cast(null as nvarchar(128)) as referenced_name
              from sys.key_constraints k
              join sys.objects o on o.object_id = k.parent_object_id
              join sys.index_columns x on x.object_id = o.object_id and x.index_id = k.unique_index_id
              join sys.columns c on c.object_id = o.object_id and c.column_id = x.column_id
             where k.type = 'PK' and x.key_ordinal > 0:schemas:only
             union all
            select o.object_id, f.object_id, f.name, x.constraint_column_id, c.name, s.name, r.name, d.name
              from sys.foreign_keys f
              join sys.objects o on o.object_id = f.parent_object_id
              join sys.foreign_key_columns x on x.constraint_object_id = f.object_id
              join sys.columns c on c.object_id = o.object_id and c.column_id = x.parent_column_id
              left join sys.objects r on r.object_id = x.referenced_object_id
              left join sys.schemas s on s.schema_id = r.schema_id
              left join sys.columns d on d.object_id = r.object_id and d.column_id = x.referenced_column_id
             where 1 = 1:schemas:only
             order by 1, 2, 4
            """;

    /** A value may have 7,500 bytes, which of a varchar are more characters than an nvarchar of a fixed length has. */
    private static final String COMMENTS = """
            select o.object_id, p.minor_id, cast(p.value as nvarchar(max))
              from sys.objects o
              join sys.extended_properties p on p.class = 1 and p.major_id = o.object_id and p.name = 'MS_Description'
             where o.type in ('U', 'V', 'ET'):schemas:only
             order by o.object_id, p.minor_id
            """;

    /**
     * Definitions of views, as number 0, and expressions of columns; the server may look each of them up. A default that is
     * bound to several columns is an object of its own.
     */
    private static final String TEXTS = """
            select x.object_id, x.number, x.definition
              from (select v.object_id, 0 as number, m.definition
                      from sys.views v join sys.sql_modules m on m.object_id = v.object_id
                     where v.is_ms_shipped = 0
                     union all
                    select d.parent_object_id, d.parent_column_id, d.definition from sys.default_constraints d
                     union all
                    select b.object_id, b.column_id, m.definition
                      from sys.columns b
                      join sys.objects d on d.object_id = b.default_object_id and d.parent_object_id = 0
                      join sys.sql_modules m on m.object_id = d.object_id
                     union all
                    select c.object_id, c.column_id, c.definition from sys.computed_columns c) x
             where :relations
             order by x.object_id, x.number
            """;

    private static final String NAMES = """
            select s.name, o.name
              from sys.objects o join sys.schemas s on s.schema_id = o.schema_id
             where o.object_id in (:ids)
             order by s.name, o.name
            """;

    /** Of ids in a condition; with more of them a server may not find a plan. */
    static final int MOST_IDS = 1_000;

    private SqlServerSql() {}

    /**
     * Which relations of a database are read.
     *
     * @param schemas in which they are; null for all
     * @param only the id of the only one; null for all
     */
    record Scope(
            @Nullable Collection<Integer> schemas, @Nullable Integer only) {
        String structure(SqlServerVersion version) {
            return within(STRUCTURE.replace(":modern", version.isModern() ? MODERN : ""));
        }

        String keys() {
            return within(KEYS);
        }

        String comments() {
            return within(COMMENTS);
        }

        /** Asks for the texts of the relations of these schemas whose ids are between two. */
        String texts(long from, long to) {
            String few = inSchemas();
            String ofSchemas = few.isEmpty()
                    ? ""
                    : " and x.object_id in (select o.object_id from sys.objects o where o.type in ('U', 'V', 'ET')"
                            + few + ")";
            return TEXTS.replace(":relations", "x.object_id between " + from + " and " + to + ofSchemas);
        }

        private String within(String sql) {
            return sql.replace(":schemas", inSchemas())
                    .replace(":only", only == null ? "" : " and o.object_id = " + only);
        }

        private String inSchemas() {
            Collection<Integer> some = schemas;
            return some == null || some.size() > MOST_IDS ? "" : " and o.schema_id in (" + numbers(some) + ")";
        }
    }

    /** The databases of a server. */
    static String databases(boolean withDefinitions) {
        return DATABASES.replace(":definitions", withDefinitions ? DEFINITIONS : "");
    }

    /** Asks for the texts of these relations and of no other; at most {@link #MOST_IDS}. */
    static String texts(Collection<Integer> relations) {
        return TEXTS.replace(":relations", "x.object_id in (" + numbers(relations) + ")");
    }

    /** Asks for the relation with the id, or else the one of the name in the schema of the name. */
    static String find(long id, String schema, String name) {
        return """
            select o.object_id
              from sys.objects o join sys.schemas s on s.schema_id = o.schema_id
             where o.type in ('U', 'V', 'ET') and (o.object_id = %1$d or (o.name = %2$s and s.name = %3$s))
             order by case when o.object_id = %1$d then 0 else 1 end
            """.formatted(id, literal(name), literal(schema));
    }

    /** Asks for the schemas and names of relations. */
    static String names(Collection<Integer> relations) {
        return NAMES.replace(":ids", numbers(relations));
    }

    private static String numbers(Collection<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String literal(String text) {
        return "N'" + text.replace("'", "''") + "'";
    }
}
