package dev.connections.worker.source.oracle;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.source.TypeName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Oracle's kinds of types, relations and times in the words of the catalog. */
final class OracleTypes {
    /** Whose types everybody names without their owner. */
    private static final Set<String> KNOWN_OWNERS = Set.of("SYS", "PUBLIC");

    private OracleTypes() {}

    /**
     * The type of a column as the dictionary has it.
     *
     * @param owner of an object type; null for types of Oracle's SQL
     * @param modifier REF for a reference to an object
     * @param bytes the length in bytes
     * @param precision decimal digits, or binary ones of FLOAT; null for none
     * @param scale digits after the point; null for none
     * @param characters the length of a text
     * @param used C where the length of a text is meant in characters, B for bytes
     */
    record Declared(
            String type,
            @Nullable String owner,
            @Nullable String modifier,
            long bytes,
            @Nullable Integer precision,
            @Nullable Integer scale,
            long characters,
            @Nullable String used) {
        /** The type as a statement that creates the column has it. */
        String written() {
            if (owner != null) {
                String named = KNOWN_OWNERS.contains(owner) ? type : owner + "." + type;
                return modifier == null ? named : modifier + " " + named;
            }
            return switch (type) {
                case "VARCHAR2", "CHAR" ->
                    "C".equals(used) ? type + "(" + characters + " CHAR)" : type + "(" + bytes + " BYTE)";
                case "NVARCHAR2", "NCHAR" -> type + "(" + characters + ")";
                case "RAW", "UROWID" -> type + "(" + bytes + ")";
                case "FLOAT" -> precision == null ? type : type + "(" + precision + ")";
                case "NUMBER" -> number();
                default -> type;
            };
        }

        private String number() {
            if (precision == null) {
                return scale == null ? type : type + "(*," + scale + ")";
            }
            return scale == null || scale == 0
                    ? type + "(" + precision + ")"
                    : type + "(" + precision + "," + scale + ")";
        }

        ColumnType kind() {
            return switch (TypeName.firstWord(type)) {
                case "number" -> scale != null && scale <= 0 ? ColumnType.INTEGER : ColumnType.DECIMAL;
                case "float", "binary_float", "binary_double" -> ColumnType.FLOAT;
                case "varchar2", "nvarchar2", "varchar", "char", "nchar", "clob", "nclob", "rowid", "urowid" ->
                    ColumnType.STRING;
                case "long" -> type.equals("LONG RAW") ? ColumnType.BINARY : ColumnType.STRING;
                case "raw", "blob", "bfile" -> ColumnType.BINARY;
                // A date of Oracle's has a time of day.
                case "date", "timestamp" -> ColumnType.TIMESTAMP;
                case "interval" -> ColumnType.INTERVAL;
                case "boolean" -> ColumnType.BOOLEAN;
                case "json" -> ColumnType.JSON;
                case "xmltype" -> ColumnType.XML;
                case "vector" -> ColumnType.VECTOR;
                case "sdo_geometry" -> ColumnType.GEOGRAPHY;
                default -> ColumnType.OTHER;
            };
        }
    }

    /** What a relation is. */
    record Kind(ObjectType type, String words) {
        private static Kind table(String name, String words) {
            return new Kind(new ObjectType(name, NormalizedType.TABLE), words);
        }
    }

    /**
     * The kind of a relation.
     *
     * @param objectType TABLE, VIEW or MATERIALIZED VIEW
     * @param external whether its rows are outside of the database
     * @param temporary Y where each session has rows of its own
     * @param partitioned YES where it has partitions
     * @param ofType whether its rows are objects of a type
     */
    static Kind relation(
            String objectType,
            boolean external,
            @Nullable String temporary,
            @Nullable String partitioned,
            boolean ofType) {
        return switch (objectType) {
            case "VIEW" -> new Kind(new ObjectType("VIEW", NormalizedType.VIEW), "view");
            case "MATERIALIZED VIEW" ->
                new Kind(new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW), "materialized view");
            default -> {
                if (external) {
                    yield Kind.table("EXTERNAL_TABLE", "external table");
                }
                if ("Y".equals(temporary)) {
                    yield Kind.table("TEMPORARY_TABLE", "global temporary table");
                }
                if (ofType) {
                    yield Kind.table("OBJECT_TABLE", "object table");
                }
                yield "YES".equals(partitioned)
                        ? Kind.table("PARTITIONED_TABLE", "partitioned table")
                        : Kind.table("TABLE", "table");
            }
        };
    }
}
