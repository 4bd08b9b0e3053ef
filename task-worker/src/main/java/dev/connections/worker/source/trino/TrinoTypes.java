package dev.connections.worker.source.trino;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.source.TypeName;

/** The cluster's kinds of types and relations in the words of the catalog. */
final class TrinoTypes {
    private TrinoTypes() {}

    /**
     * The kind of a column.
     *
     * @param dataType as the cluster writes it: decimal(10,2), array(varchar), timestamp(3) with time zone
     */
    static ColumnType column(String dataType) {
        return switch (TypeName.firstWord(dataType)) {
            case "boolean" -> ColumnType.BOOLEAN;
            case "tinyint", "smallint", "integer", "bigint" -> ColumnType.INTEGER;
            case "decimal", "number" -> ColumnType.DECIMAL;
            case "real", "double" -> ColumnType.FLOAT;
            case "varchar", "char" -> ColumnType.STRING;
            case "varbinary" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.TIME;
            case "timestamp" -> ColumnType.TIMESTAMP;
            case "interval" -> ColumnType.INTERVAL;
            case "uuid" -> ColumnType.UUID;
            case "json" -> ColumnType.JSON;
            case "array" -> ColumnType.ARRAY;
            case "row" -> ColumnType.STRUCT;
            case "map" -> ColumnType.MAP;
            case "geometry", "sphericalgeography" -> ColumnType.GEOGRAPHY;
            default -> ColumnType.OTHER;
        };
    }

    static ObjectType relation(String tableType, boolean materialized) {
        if (materialized) {
            return new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW);
        }
        return tableType.equals("VIEW")
                ? new ObjectType("VIEW", NormalizedType.VIEW)
                : new ObjectType("TABLE", NormalizedType.TABLE);
    }
}
