package dev.connections.worker.source.redshift;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.source.TypeName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The cluster's kinds of types and relations, and those of external tables, in the words of the catalog. */
final class RedshiftTypes {
    /** What a relation is. */
    enum Kind {
        TABLE("table", NormalizedType.TABLE),
        EXTERNAL_TABLE("external table", NormalizedType.TABLE),
        VIEW("view", NormalizedType.VIEW),
        LATE_BINDING_VIEW("late-binding view", NormalizedType.VIEW),
        MATERIALIZED_VIEW("materialized view", NormalizedType.VIEW);

        private final String words;
        private final NormalizedType normalized;

        Kind(String words, NormalizedType normalized) {
            this.words = words;
            this.normalized = normalized;
        }

        ObjectType type() {
            return new ObjectType(name(), normalized);
        }

        /** What people who know Redshift call it. */
        String words() {
            return words;
        }
    }

    private RedshiftTypes() {}

    /**
     * What a relation is.
     *
     * @param relkind of pg_class
     * @param materialized whether the cluster keeps rows for it
     * @param withoutColumns whether pg_attribute has none of it
     */
    static Kind relation(String relkind, boolean materialized, boolean withoutColumns) {
        boolean isView = relkind.equals("v") || relkind.equals("m");
        if (!isView) {
            return relkind.equals("f") ? Kind.EXTERNAL_TABLE : Kind.TABLE;
        }
        if (materialized || relkind.equals("m")) {
            return Kind.MATERIALIZED_VIEW;
        }
        return withoutColumns ? Kind.LATE_BINDING_VIEW : Kind.VIEW;
    }

    /**
     * What a relation of an external schema is.
     *
     * @param tableType of svv_external_tables, which can be empty
     */
    static Kind external(@Nullable String tableType) {
        return switch (tableType == null ? "" : tableType.strip().toUpperCase(Locale.ROOT)) {
            case "VIEW" -> Kind.VIEW;
            case "MATERIALIZED VIEW" -> Kind.MATERIALIZED_VIEW;
            default -> Kind.EXTERNAL_TABLE;
        };
    }

    /**
     * The kind of a column.
     *
     * @param type as the cluster writes it: character varying(256), numeric(8,2), or in the words of Hive, array of int
     */
    static ColumnType column(String type) {
        if (type.endsWith("[]")) {
            return ColumnType.ARRAY;
        }
        return switch (TypeName.firstWord(type)) {
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
