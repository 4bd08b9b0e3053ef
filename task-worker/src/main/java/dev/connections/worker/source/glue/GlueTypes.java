package dev.connections.worker.source.glue;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.source.TypeName;

/** Glue's kinds of types and relations in the words of the catalog. */
final class GlueTypes {
    private GlueTypes() {}

    /**
     * The kind of a column.
     *
     * @param type as Hive writes it, or Presto: decimal(10,2), array of struct, timestamp(3) with time zone
     */
    static ColumnType column(String type) {
        return switch (TypeName.firstWord(type)) {
            case "boolean" -> ColumnType.BOOLEAN;
            case "tinyint", "byte", "smallint", "short", "int", "integer", "bigint", "long" -> ColumnType.INTEGER;
            case "decimal", "numeric" -> ColumnType.DECIMAL;
            case "float", "real", "double" -> ColumnType.FLOAT;
            case "string", "varchar", "char", "character" -> ColumnType.STRING;
            case "binary", "varbinary" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.TIME;
            case "timestamp", "timestamptz", "timestamp_ntz" -> ColumnType.TIMESTAMP;
            case "interval", "interval_year_month", "interval_day_time" -> ColumnType.INTERVAL;
            case "uuid" -> ColumnType.UUID;
            case "json", "variant", "super" -> ColumnType.JSON;
            case "array" -> ColumnType.ARRAY;
            case "struct", "row" -> ColumnType.STRUCT;
            case "map" -> ColumnType.MAP;
            case "geography", "geometry" -> ColumnType.GEOGRAPHY;
            default -> ColumnType.OTHER;
        };
    }

    /**
     * What a relation is.
     *
     * @param tableType of its TableType, which it need not have
     */
    static ObjectType relation(String tableType, boolean isView, boolean isMaterialized) {
        if (isMaterialized) {
            return new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW);
        }
        if (isView) {
            return new ObjectType("VIEW", NormalizedType.VIEW);
        }
        return switch (tableType) {
            case "EXTERNAL_TABLE" -> new ObjectType("EXTERNAL_TABLE", NormalizedType.TABLE);
            case "GOVERNED" -> new ObjectType("GOVERNED_TABLE", NormalizedType.TABLE);
            default -> new ObjectType("TABLE", NormalizedType.TABLE);
        };
    }
}
