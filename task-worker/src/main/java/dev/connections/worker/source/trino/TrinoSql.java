package dev.connections.worker.source.trino;

import dev.connections.worker.source.QuotedPath;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The queries of a crawl: one of a cluster, and three of each catalog. */
final class TrinoSql {
    /** The cluster's own catalog is no source of anybody's. */
    static final String CATALOGS = """
            select catalog_name from system.metadata.catalogs where catalog_name <> 'system' order by catalog_name""";

    /** The tables of the cluster that every crawl reads, with the columns that it reads of each. */
    static final Map<String, String> METADATA = new TreeMap<>(Map.of(
            "system.metadata.catalogs", "catalog_name",
            "system.metadata.table_comments", "catalog_name, schema_name, table_name, comment",
            "system.metadata.materialized_views", "catalog_name, schema_name, name, definition"));

    static final int COLUMNS_SELECTED = 11;

    static final int DEFINITIONS_SELECTED = 3;

    /** More schemas than that are cheaper to read whole than to name. */
    private static final int MOST_NAMED = 100;

    private TrinoSql() {}

    /** Has no rows, and asks no connector; a cluster checks all the same whether the account may read the table. */
    static String tryMetadata(String table) {
        return "select " + METADATA.get(table) + " from " + table + " where false";
    }

    /** Like {@link #tryMetadata}, of what a crawl reads of a catalog. */
    static String tryCatalog(String catalog) {
        return """
            select s.schema_name, t.table_name, c.column_name, v.view_definition
              from %1$s.information_schema.schemata s, %1$s.information_schema.tables t,
                   %1$s.information_schema.columns c, %1$s.information_schema.views v
             where false""".formatted(identifier(catalog));
    }

    static String schemas(String catalog) {
        return """
            select schema_name from %1$s.information_schema.schemata
             where schema_name <> 'information_schema' order by schema_name""".formatted(identifier(catalog));
    }

    /**
     * Whose rows belong to one catalog, or some schemas of it, or one relation.
     *
     * @param schemas null for all
     */
    record Scope(
            String catalog,
            @Nullable Collection<String> schemas,
            @Nullable String relation) {
        /**
         * A row for each column, or one where a relation shows none. A relation's comment comes with its first column only:
         * it may be long, and there may be thousands of columns.
         */
        String columns() {
            return """
            select t.table_schema, t.table_name, t.table_type, v.name is not null,
                   case when coalesce(c.ordinal_position, 1) = 1 then m.comment end,
                   c.ordinal_position, c.column_name, c.data_type, c.is_nullable, c.column_default, c.comment
              from %1$s.information_schema.tables t
              left join %1$s.information_schema.columns c
                     on c.table_schema = t.table_schema and c.table_name = t.table_name and %3$s
              left join (select schema_name, table_name, comment from system.metadata.table_comments
                          where catalog_name = %2$s and %4$s) m
                     on m.schema_name = t.table_schema and m.table_name = t.table_name
              left join (select schema_name, name from system.metadata.materialized_views
                          where catalog_name = %2$s and %5$s) v
                     on v.schema_name = t.table_schema and v.name = t.table_name
             where t.table_schema <> 'information_schema' and %6$s
             order by t.table_schema, t.table_name, c.ordinal_position""".formatted(
                            identifier(catalog),
                            literal(catalog),
                            condition("c.table_schema", "c.table_name"),
                            condition("schema_name", "table_name"),
                            condition("schema_name", "name"),
                            condition("t.table_schema", "t.table_name"));
        }

        String definitions() {
            return """
            select table_schema, table_name, view_definition from %1$s.information_schema.views
             where table_schema <> 'information_schema' and %3$s
            union all
            select schema_name, name, definition from system.metadata.materialized_views
             where catalog_name = %2$s and %4$s""".formatted(
                            identifier(catalog),
                            literal(catalog),
                            condition("table_schema", "table_name"),
                            condition("schema_name", "name"));
        }

        private String condition(String schema, String name) {
            String inSchemas = schemas == null || schemas.size() > MOST_NAMED
                    ? "true"
                    : schema + " in (" + schemas.stream().map(TrinoSql::literal).collect(Collectors.joining(", "))
                            + ")";
            return relation == null ? inSchemas : inSchemas + " and " + name + " = " + literal(relation);
        }
    }

    private static String identifier(String name) {
        return QuotedPath.of(name);
    }

    private static String literal(String text) {
        return QuotedPath.quoted(text, '\'');
    }
}
