package dev.connections.worker.source.databricks;

import dev.connections.worker.source.databricks.DatabricksWarehouse.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements that read keys: a row for each column of one, table by table. Source: Databricks' reference of its
 * Information Schema.
 */
final class KeyStatements {
    private static final int SELECTED = 10;

    private static final String KEYS = """
            select k.table_schema, k.table_name, k.constraint_name, k.ordinal_position, k.column_name, t.constraint_type,
                   p.table_catalog, p.table_schema, p.table_name, p.column_name
              from system.information_schema.key_column_usage k
              join system.information_schema.table_constraints t
                on t.constraint_catalog = k.constraint_catalog and t.constraint_schema = k.constraint_schema
               and t.constraint_name = k.constraint_name
              left join system.information_schema.referential_constraints r
                on r.constraint_catalog = k.constraint_catalog and r.constraint_schema = k.constraint_schema
               and r.constraint_name = k.constraint_name
              left join system.information_schema.key_column_usage p
                on p.constraint_catalog = r.unique_constraint_catalog
               and p.constraint_schema = r.unique_constraint_schema and p.constraint_name = r.unique_constraint_name
               and p.ordinal_position = k.position_in_unique_constraint
             where k.table_catalog = :catalog""";

    private static final String OF_TABLE = " and k.table_schema = :schema and k.table_name = :table";
    private static final String AFTER =
            " and (k.table_schema > :schema or (k.table_schema = :schema and k.table_name > :table))";
    private static final String FIRST = " order by k.table_schema, k.table_name limit %d";

    private KeyStatements() {}

    /** A table of the catalog that keys are read of. */
    record Place(String schema, String table) {}

    /**
     * The first keys in the order of their tables.
     *
     * @param schemas whose they are; empty for all
     * @param after the table after which they begin; null for the beginning
     * @param rows how many columns of keys at most
     */
    static Statement page(String catalog, Collection<String> schemas, @Nullable Place after, int rows) {
        StringBuilder sql = new StringBuilder(KEYS);
        Map<String, String> values = new HashMap<>(Map.of("catalog", catalog));
        if (!schemas.isEmpty()) {
            StringBuilder names = new StringBuilder();
            for (String schema : schemas) {
                String name = "s" + values.size();
                names.append(names.isEmpty() ? ":" : ", :").append(name);
                values.put(name, schema);
            }
            sql.append(" and k.table_schema in (").append(names).append(")");
        }
        if (after != null) {
            sql.append(AFTER);
            values.put("schema", after.schema);
            values.put("table", after.table);
        }
        return new Statement(sql + FIRST.formatted(rows), values, SELECTED);
    }

    /** The keys of one table. */
    static Statement ofTable(String catalog, Place table, int rows) {
        return new Statement(
                KEYS + OF_TABLE + FIRST.formatted(rows),
                Map.of("catalog", catalog, "schema", table.schema, "table", table.table),
                SELECTED);
    }
}
