package dev.connections.worker.source.redshift;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import java.util.Locale;

/** The cluster's kinds of types and relations, and those of external tables, in the words of the catalog. */
final class RedshiftTypes {
    static final ObjectType TABLE = new ObjectType("TABLE", NormalizedType.TABLE);
    static final ObjectType EXTERNAL_TABLE = new ObjectType("EXTERNAL_TABLE", NormalizedType.TABLE);
    static final ObjectType VIEW = new ObjectType("VIEW", NormalizedType.VIEW);
    static final ObjectType LATE_BINDING_VIEW = new ObjectType("LATE_BINDING_VIEW", NormalizedType.VIEW);
    static final ObjectType MATERIALIZED_VIEW = new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW);

    private RedshiftTypes() {}

    /**
     * The kind of a column.
     *
     * @param type as the cluster writes it: character varying(256), numeric(8,2), or in the words of Hive, array of int
     */
    static ColumnType column(String type) {
        if (type.endsWith("[]")) {
            return ColumnType.ARRAY;
        }
        int end = 0;
        while (end < type.length() && (Character.isLetterOrDigit(type.charAt(end)) || type.charAt(end) == '_')) {
            end++;
        }
        return switch (type.substring(0, end).toLowerCase(Locale.ROOT)) {
            case "boolean", "bool" -> ColumnType.BOOLEAN;
            case "tinyint", "smallint", "integer", "int", "bigint", "oid" -> ColumnType.INTEGER;
            case "numeric", "decimal" -> ColumnType.DECIMAL;
            case "real", "double", "float" -> ColumnType.FLOAT;
            case "character", "char", "varchar", "text", "string", "name", "bpchar" -> ColumnType.STRING;
            case "varbyte", "binary", "bytea" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time", "timetz" -> ColumnType.TIME;
            case "timestamp", "timestamptz" -> ColumnType.TIMESTAMP;
            case "interval" -> ColumnType.INTERVAL;
            case "super", "json" -> ColumnType.JSON;
            case "array" -> ColumnType.ARRAY;
            case "struct" -> ColumnType.STRUCT;
            case "map" -> ColumnType.MAP;
            case "geometry", "geography" -> ColumnType.GEOGRAPHY;
            case "uuid" -> ColumnType.UUID;
            default -> ColumnType.OTHER;
        };
    }
}
