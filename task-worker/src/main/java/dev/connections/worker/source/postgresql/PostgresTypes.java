package dev.connections.worker.source.postgresql;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.execution.SourceLimits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** PostgreSQL's kinds of types and relations in the words of the catalog. */
final class PostgresTypes {
    private final Map<Long, Type> types = new HashMap<>();

    /** A row of pg_type; the category of a domain is that of what it is made of. */
    private record Type(String name, String kind, String category, long base, boolean notNull) {}

    /** Reads the types of a database, in the connection's transaction. */
    static PostgresTypes read(Connection jdbc, PostgresText text, SourceLimits limits) throws SQLException {
        PostgresTypes types = new PostgresTypes();
        long characters = 0;
        try (PreparedStatement statement = PostgresSql.list(jdbc, PostgresSql.TYPES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Type type = new Type(
                        text.of(row, 2), row.getString(3), row.getString(4), row.getLong(5), row.getBoolean(6));
                types.types.put(row.getLong(1), type);
                characters += type.name.length();
                limits.checkTypes(types.types.size());
                limits.checkList(characters);
            }
        }
        return types;
    }

    /** Whether the type itself allows no null, as some domains do, and those that are made of them. */
    boolean isNotNull(long oid) {
        Set<Long> seen = new HashSet<>();
        for (Type type = types.get(oid); type != null && seen.add(type.base); type = types.get(type.base)) {
            if (type.notNull) {
                return true;
            }
        }
        return false;
    }

    /** Finds the kind of a column; a domain counts as what it is made of, also where that is a domain again. */
    ColumnType column(long oid, String remoteType) {
        // A server may say that domains are made of each other.
        Set<Long> seen = new HashSet<>();
        Type domain = null;
        Type type = types.get(oid);
        while (type != null && type.kind.equals("d") && seen.add(type.base)) {
            domain = type;
            type = types.get(type.base);
        }
        if (type == null) {
            boolean array = domain == null ? remoteType.endsWith("]") : domain.category.equals("A");
            return array ? ColumnType.ARRAY : ColumnType.STRUCT;
        }
        return switch (type.kind) {
            case "e" -> ColumnType.ENUM;
            case "r", "m", "d" -> ColumnType.OTHER;
            default -> type.category.equals("A") ? ColumnType.ARRAY : base(type.name, type.category);
        };
    }

    private static ColumnType base(String name, String category) {
        return switch (name) {
            case "bool" -> ColumnType.BOOLEAN;
            case "int2", "int4", "int8", "oid", "xid", "xid8", "cid" -> ColumnType.INTEGER;
            case "numeric", "money" -> ColumnType.DECIMAL;
            case "float4", "float8" -> ColumnType.FLOAT;
            case "char", "name", "citext", "bpchar", "varchar", "text" -> ColumnType.STRING;
            case "bytea", "bit", "varbit" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time", "timetz" -> ColumnType.TIME;
            case "timestamp", "timestamptz" -> ColumnType.TIMESTAMP;
            case "interval" -> ColumnType.INTERVAL;
            case "uuid" -> ColumnType.UUID;
            case "json", "jsonb" -> ColumnType.JSON;
            case "xml" -> ColumnType.XML;
            case "hstore" -> ColumnType.MAP;
            case "geometry", "geography" -> ColumnType.GEOGRAPHY;
            case "vector", "halfvec", "sparsevec" -> ColumnType.VECTOR;
            default -> category.equals("S") ? ColumnType.STRING : ColumnType.OTHER;
        };
    }

    /** The type of a relation by pg_class.relkind. */
    static ObjectType relation(String kind) {
        return switch (kind) {
            case "p" -> new ObjectType("PARTITIONED_TABLE", NormalizedType.TABLE);
            case "f" -> new ObjectType("FOREIGN_TABLE", NormalizedType.TABLE);
            case "v" -> new ObjectType("VIEW", NormalizedType.VIEW);
            case "m" -> new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW);
            default -> new ObjectType("TABLE", NormalizedType.TABLE);
        };
    }

    /** Whether relations of the kind select from others. */
    static boolean hasDefinition(String kind) {
        return kind.equals("v") || kind.equals("m");
    }

    /** What PostgreSQL calls the relation. */
    static String remoteType(String kind) {
        return switch (kind) {
            case "p" -> "partitioned table";
            case "f" -> "foreign table";
            case "v" -> "view";
            case "m" -> "materialized view";
            default -> "table";
        };
    }

    /** relkind and relpersistence in words: 'ordinary, permanent'. */
    static String remoteKind(String kind, String persistence, boolean partition) {
        String what = switch (kind) {
            case "p" -> "partitioned";
            case "f" -> "foreign";
            case "v" -> "view";
            case "m" -> "materialized view";
            default -> "ordinary";
        };
        String part = partition ? (kind.equals("r") ? "partition" : what + " partition") : what;
        return part
                + switch (persistence) {
                    case "u" -> ", unlogged";
                    case "t" -> ", temporary";
                    default -> ", permanent";
                };
    }
}
