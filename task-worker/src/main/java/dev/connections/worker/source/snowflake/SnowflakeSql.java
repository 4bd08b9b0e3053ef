package dev.connections.worker.source.snowflake;

import dev.connections.worker.source.QuotedPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a crawl: one of an account, six of each database, and one of each relation with vectors. Source:
 * Snowflake's reference of its Information Schema, and of its SHOW and DESCRIBE commands.
 */
final class SnowflakeSql {
    static final Statement DATABASES = new Statement("show databases", List.of());

    /** More rows than that a SHOW command does not have, whatever there is. */
    static final int MOST_SHOWN = 10_000;

    static final int SCHEMAS_SELECTED = 4;
    static final int ANY_SELECTED = 1;
    static final int RELATIONS_SELECTED = 21;
    static final int DEFINITIONS_SELECTED = 3;

    /** More schemas than that are cheaper to read whole than to name. */
    private static final int MOST_NAMED = 100;

    private SnowflakeSql() {}

    /**
     * A statement.
     *
     * @param values of its question marks
     */
    record Statement(String sql, List<String> values) {
        Statement {
            values = List.copyOf(values);
        }
    }

    static Statement schemas(String database) {
        return new Statement("""
            select "SCHEMA_NAME", "COMMENT", "CREATED", "CATALOG_NAME" from %s."INFORMATION_SCHEMA"."SCHEMATA"
             where "SCHEMA_NAME" <> 'INFORMATION_SCHEMA' order by 1""".formatted(QuotedPath.of(database)), List.of());
    }

    /** A row where the role sees a table or view of the database. */
    static Statement anyRelation(String database) {
        return new Statement("""
            select "TABLE_NAME" from %s."INFORMATION_SCHEMA"."TABLES"
             where "TABLE_SCHEMA" <> 'INFORMATION_SCHEMA' limit 1""".formatted(QuotedPath.of(database)), List.of());
    }

    /** The columns of one table or view; DESCRIBE TABLE takes both. */
    static Statement describe(String database, String schema, String relation) {
        return new Statement("describe table " + QuotedPath.of(database, schema, relation), List.of());
    }

    /**
     * Whose rows belong to one database, or some schemas of it, or one relation.
     *
     * @param schemas null for all
     * @param relation null for all
     */
    record Scope(
            String database,
            @Nullable Collection<String> schemas,
            @Nullable String relation) {
        /** What is inside one of the schemas. */
        Scope of(String schema) {
            return new Scope(database, List.of(schema), relation);
        }

        /** The only schema; null where there may be more. */
        @Nullable
        String onlySchema() {
            return schemas != null && schemas.size() == 1 ? schemas.iterator().next() : null;
        }

        /**
         * A row for each column, or one where a relation shows none. What is long of a relation comes with its first column
         * only: there may be thousands of columns.
         */
        Statement relations() {
            return new Statement("""
                select t."TABLE_SCHEMA", t."TABLE_NAME", t."TABLE_TYPE", t."IS_TRANSIENT", t."IS_DYNAMIC", t."IS_ICEBERG",
                       t."CREATED", t."LAST_DDL",
                       case when row_number() over (partition by t."TABLE_SCHEMA", t."TABLE_NAME"
                                                    order by c."ORDINAL_POSITION") = 1 then t."COMMENT" end,
                       c."ORDINAL_POSITION", c."COLUMN_NAME", c."DATA_TYPE", c."CHARACTER_MAXIMUM_LENGTH",
                       c."CHARACTER_OCTET_LENGTH", c."NUMERIC_PRECISION", c."NUMERIC_SCALE", c."DATETIME_PRECISION",
                       c."IS_NULLABLE", c."COLUMN_DEFAULT", c."IS_IDENTITY", c."COMMENT"
                  from %1$s."INFORMATION_SCHEMA"."TABLES" t
                  left join %1$s."INFORMATION_SCHEMA"."COLUMNS" c
                         on c."TABLE_SCHEMA" = t."TABLE_SCHEMA" and c."TABLE_NAME" = t."TABLE_NAME" and %2$s
                 where t."TABLE_SCHEMA" <> 'INFORMATION_SCHEMA' and %3$s
                 order by 1, 2, 10""".formatted(QuotedPath.of(database), condition("c."), condition("t.")), values(2));
        }

        Statement definitions() {
            return new Statement("""
                select "TABLE_SCHEMA", "TABLE_NAME", "VIEW_DEFINITION" from %s."INFORMATION_SCHEMA"."VIEWS"
                 where "TABLE_SCHEMA" <> 'INFORMATION_SCHEMA' and %s""".formatted(QuotedPath.of(database), condition("")), values(1));
        }

        /** The keys of a kind: PRIMARY or IMPORTED. */
        Statement keys(String kind) {
            return show(kind + " keys");
        }

        /** The materialized views with their texts, which the Information Schema does not have. */
        Statement materializedViews() {
            return show("materialized views");
        }

        private Statement show(String what) {
            String schema = onlySchema();
            String where = schema == null
                    ? "database " + QuotedPath.of(database)
                    : "schema " + QuotedPath.of(database, schema);
            return new Statement("show " + what + " in " + where, List.of());
        }

        private boolean namesSchemas() {
            return schemas != null && schemas.size() <= MOST_NAMED;
        }

        private String condition(String alias) {
            String inSchemas = schemas == null || !namesSchemas()
                    ? "true"
                    : alias + "\"TABLE_SCHEMA\" in (" + String.join(", ", Collections.nCopies(schemas.size(), "?"))
                            + ")";
            return relation == null ? inSchemas : inSchemas + " and " + alias + "\"TABLE_NAME\" = ?";
        }

        private List<String> values(int conditions) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < conditions; i++) {
                if (schemas != null && namesSchemas()) {
                    values.addAll(schemas);
                }
                if (relation != null) {
                    values.add(relation);
                }
            }
            return values;
        }
    }
}
