package dev.connections.worker.source.mysql;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The servers' kinds of types, relations and defaults in the words of the catalog. */
final class MysqlTypes {
    /** MySQL writes the literals of these without quotes. */
    private static final Set<String> BARE =
            Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year", "bit");

    private MysqlTypes() {}

    /**
     * The kind of a column.
     *
     * @param dataType without length and the like
     * @param columnType with them
     */
    static ColumnType column(String dataType, String columnType) {
        return switch (dataType.toLowerCase(Locale.ROOT)) {
            // What both servers make of BOOLEAN.
            case "tinyint" -> columnType.startsWith("tinyint(1)") ? ColumnType.BOOLEAN : ColumnType.INTEGER;
            case "bit" -> columnType.equals("bit(1)") ? ColumnType.BOOLEAN : ColumnType.BINARY;
            case "smallint", "mediumint", "int", "bigint", "year" -> ColumnType.INTEGER;
            case "decimal" -> ColumnType.DECIMAL;
            case "float", "double" -> ColumnType.FLOAT;
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> ColumnType.STRING;
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.TIME;
            case "datetime", "timestamp" -> ColumnType.TIMESTAMP;
            case "enum" -> ColumnType.ENUM;
            case "json" -> ColumnType.JSON;
            case "uuid" -> ColumnType.UUID;
            case "vector" -> ColumnType.VECTOR;
            case "xmltype" -> ColumnType.XML;
            case "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geomcollection",
                    "geometrycollection" -> ColumnType.GEOGRAPHY;
            default -> ColumnType.OTHER;
        };
    }

    static ObjectType relation(String tableType, boolean partitioned) {
        if (tableType.equals("VIEW")) {
            return new ObjectType("VIEW", NormalizedType.VIEW);
        }
        return new ObjectType(partitioned ? "PARTITIONED_TABLE" : "TABLE", NormalizedType.TABLE);
    }

    /**
     * A default as a statement would have it; null where there is none. MariaDB writes it so; MySQL writes literals without
     * their quotes, and expressions with their quotes escaped.
     */
    static @Nullable String defaultOf(MysqlServer server, @Nullable String written, String dataType, String extra) {
        if (written == null) {
            return null;
        }
        if (server.isMariaDb()) {
            return written.equals("NULL") ? null : written;
        }
        String type = dataType.toLowerCase(Locale.ROOT);
        if (extra.contains("DEFAULT_GENERATED")) {
            return expression(server, written);
        }
        boolean now = written.startsWith("CURRENT_TIMESTAMP") && (type.equals("datetime") || type.equals("timestamp"));
        boolean hex = type.endsWith("binary") && written.startsWith("0x");
        return now || hex || BARE.contains(type) ? written : quoted(written);
    }

    /** An expression, without the backslashes that MySQL puts before its quotes. */
    static @Nullable String expression(MysqlServer server, @Nullable String written) {
        if (written == null || written.isEmpty()) {
            return null;
        }
        return server.isMariaDb() ? written : written.replace("\\'", "'").replace("\\\\", "\\");
    }

    private static String quoted(String literal) {
        return "'" + literal.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
