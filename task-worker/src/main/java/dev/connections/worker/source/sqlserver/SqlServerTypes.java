package dev.connections.worker.source.sqlserver;

import dev.connections.catalog.ColumnType;
import dev.connections.worker.execution.SourceLimits;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The types of one database, and how servers write those of columns. */
final class SqlServerTypes {
    /** Of vectors: what is before their numbers, of four bytes each. */
    private static final int VECTOR_HEADER = 8;

    private static final int VECTOR_NUMBER = 4;
    /** The length of a type that ends in (max). */
    private static final int MAX = -1;

    private final Map<Integer, Type> byId = new HashMap<>();

    /**
     * A type.
     *
     * @param system the id of the built-in type beneath it
     * @param schema where users have made it; null for one that is built in
     */
    private record Type(String name, int system, @Nullable String schema) {}

    /**
     * What a column says of its type.
     *
     * @param length in bytes
     */
    record Use(int type, int length, int precision, int scale) {}

    private SqlServerTypes() {}

    /** Reads the types of the connection's database. */
    static SqlServerTypes of(Connection connection, SourceLimits limits) throws SQLException {
        SqlServerTypes types = new SqlServerTypes();
        SqlServerAnswers.read(connection, SqlServerSql.TYPES, row -> {
            long characters = 0;
            while (row.next()) {
                String name = String.valueOf(row.getString(3));
                String schema = row.getBoolean(4) ? String.valueOf(row.getString(5)) : null;
                types.byId.put(row.getInt(1), new Type(name, row.getInt(2), schema));
                limits.checkTypes(types.byId.size());
                characters +=
                        name.length() + Objects.requireNonNullElse(schema, "").length();
                limits.checkList(characters);
            }
        });
        return types;
    }

    /** As servers write it: nvarchar(50), decimal(10,2), varchar(max), or dbo.Phone for a type that users have made. */
    String written(Use use) {
        Type type = byId.get(use.type);
        if (type == null) {
            return "type " + use.type;
        }
        if (type.schema != null) {
            return type.schema + "." + type.name;
        }
        return switch (type.name) {
            case "char", "varchar", "binary", "varbinary" -> type.name + length(use.length, 1);
            case "nchar", "nvarchar" -> type.name + length(use.length, 2);
            case "decimal", "numeric" -> type.name + "(" + use.precision + "," + use.scale + ")";
            case "time", "datetime2", "datetimeoffset" -> type.name + "(" + use.scale + ")";
            case "vector" -> type.name + "(" + (use.length - VECTOR_HEADER) / VECTOR_NUMBER + ")";
            default -> type.name;
        };
    }

    private static String length(int bytes, int ofCharacter) {
        return bytes == MAX ? "(max)" : "(" + bytes / ofCharacter + ")";
    }

    /** The kind of a column, by the built-in type beneath its own. */
    ColumnType normalized(Use use) {
        Type type = byId.get(use.type);
        if (type == null) {
            return ColumnType.OTHER;
        }
        // Built-in types have the id of their own system type; those in .NET share one, which is none of them.
        Type system = type.schema == null && !type.name.equals("sysname") ? type : byId.get(type.system);
        return system == null ? ColumnType.OTHER : kind(system.name);
    }

    private static ColumnType kind(String name) {
        return switch (name) {
            case "bit" -> ColumnType.BOOLEAN;
            case "tinyint", "smallint", "int", "bigint" -> ColumnType.INTEGER;
            case "decimal", "numeric", "money", "smallmoney" -> ColumnType.DECIMAL;
            case "float", "real" -> ColumnType.FLOAT;
            case "char", "varchar", "text", "nchar", "nvarchar", "ntext" -> ColumnType.STRING;
            case "binary", "varbinary", "image", "timestamp" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.TIME;
            case "datetime", "smalldatetime", "datetime2", "datetimeoffset" -> ColumnType.TIMESTAMP;
            case "uniqueidentifier" -> ColumnType.UUID;
            case "json" -> ColumnType.JSON;
            case "xml" -> ColumnType.XML;
            case "vector" -> ColumnType.VECTOR;
            case "geometry", "geography" -> ColumnType.GEOGRAPHY;
            default -> ColumnType.OTHER;
        };
    }
}
