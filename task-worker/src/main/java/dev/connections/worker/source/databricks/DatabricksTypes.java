package dev.connections.worker.source.databricks;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.source.TypeName;

/** The workspace's kinds of types and relations in the words of the catalog. */
final class DatabricksTypes {
    private DatabricksTypes() {}

    /**
     * The kind of a column.
     *
     * @param type as a statement would have it: decimal(10,2), array of string, timestamp_ntz
     */
    static ColumnType column(String type) {
        return switch (TypeName.firstWord(type)) {
            case "boolean" -> ColumnType.BOOLEAN;
            case "tinyint", "byte", "smallint", "short", "int", "integer", "bigint", "long" -> ColumnType.INTEGER;
            case "decimal", "dec", "numeric" -> ColumnType.DECIMAL;
            case "float", "real", "double" -> ColumnType.FLOAT;
            case "string", "varchar", "char" -> ColumnType.STRING;
            case "binary" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "timestamp", "timestamp_ntz", "timestamp_ltz" -> ColumnType.TIMESTAMP;
            case "interval" -> ColumnType.INTERVAL;
            case "variant" -> ColumnType.JSON;
            case "array" -> ColumnType.ARRAY;
            case "struct" -> ColumnType.STRUCT;
            case "map" -> ColumnType.MAP;
            case "geography", "geometry" -> ColumnType.GEOGRAPHY;
            default -> ColumnType.OTHER;
        };
    }

    /** What a relation is, by its table_type. */
    static ObjectType relation(String tableType) {
        return switch (tableType) {
            case "MANAGED", "MANAGED_SHALLOW_CLONE", "" -> new ObjectType("TABLE", NormalizedType.TABLE);
            case "EXTERNAL", "EXTERNAL_SHALLOW_CLONE" -> new ObjectType("EXTERNAL_TABLE", NormalizedType.TABLE);
            case "FOREIGN" -> new ObjectType("FOREIGN_TABLE", NormalizedType.TABLE);
            case "STREAMING_TABLE" -> new ObjectType("STREAMING_TABLE", NormalizedType.TABLE);
            case "VIEW" -> new ObjectType("VIEW", NormalizedType.VIEW);
            case "MATERIALIZED_VIEW" -> new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW);
            case "METRIC_VIEW" -> new ObjectType("METRIC_VIEW", NormalizedType.VIEW);
            default -> new ObjectType("TABLE", NormalizedType.TABLE);
        };
    }
}
