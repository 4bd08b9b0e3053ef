package dev.connections.worker.source.snowflake;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.source.TypeName;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Snowflake's kinds of types, relations and times in the words of the catalog. */
final class SnowflakeTypes {
    /** A type of which the Information Schema shows neither what is in it nor how much. */
    static final String VECTOR = "VECTOR";

    private static final Pattern VECTORS = Pattern.compile("VECTOR\\((INT|FLOAT), ?[0-9]{1,9}\\)");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}(\\.[0-9]{1,9})?( [0-9]{1,4})?");

    private SnowflakeTypes() {}

    /**
     * The type of a column as a statement that creates it has it.
     *
     * @param row at the column
     */
    static String written(SnowflakeRows row) {
        String type = row.text(12);
        return switch (type) {
            case "TEXT" -> with("VARCHAR", row.text(13), "");
            case "BINARY" -> with(type, row.text(14).isEmpty() ? row.text(13) : row.text(14), "");
            case "NUMBER" -> with(type, row.text(15), row.text(16));
            case "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ" -> with(type, row.text(17), "");
            default -> type;
        };
    }

    /** Whether a type is that of a vector as a statement that creates it has it: VECTOR(FLOAT, 256). */
    static boolean isVector(String type) {
        return VECTORS.matcher(type).matches();
    }

    private static String with(String type, String one, String other) {
        if (one.isEmpty()) {
            return type;
        }
        return type + "(" + one + (other.isEmpty() ? "" : "," + other) + ")";
    }

    /**
     * The kind of a column.
     *
     * @param type as {@link #written} writes it; a structured one begins with its kind too
     */
    static ColumnType column(String type) {
        return switch (TypeName.firstWord(type)) {
            case "boolean" -> ColumnType.BOOLEAN;
            case "number", "decfloat" -> type.endsWith(",0)") ? ColumnType.INTEGER : ColumnType.DECIMAL;
            case "float" -> ColumnType.FLOAT;
            case "varchar", "text" -> ColumnType.STRING;
            case "binary" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.TIME;
            case "timestamp_ntz", "timestamp_ltz", "timestamp_tz" -> ColumnType.TIMESTAMP;
            case "interval" -> ColumnType.INTERVAL;
            case "uuid" -> ColumnType.UUID;
            case "variant" -> ColumnType.JSON;
            case "array" -> ColumnType.ARRAY;
            case "vector" -> ColumnType.VECTOR;
            case "object" -> ColumnType.STRUCT;
            case "map" -> ColumnType.MAP;
            case "geography", "geometry" -> ColumnType.GEOGRAPHY;
            default -> ColumnType.OTHER;
        };
    }

    /**
     * The type of a relation.
     *
     * @param tableType in Snowflake's words
     */
    static ObjectType relation(String tableType, boolean dynamic, boolean iceberg) {
        return switch (tableType) {
            case "VIEW" -> new ObjectType("VIEW", NormalizedType.VIEW);
            case "MATERIALIZED VIEW" -> new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW);
            case "EXTERNAL TABLE" -> new ObjectType("EXTERNAL_TABLE", NormalizedType.TABLE);
            case "EVENT TABLE" -> new ObjectType("EVENT_TABLE", NormalizedType.TABLE);
            default -> {
                String name = dynamic ? "DYNAMIC_TABLE" : iceberg ? "ICEBERG_TABLE" : "TABLE";
                yield new ObjectType(name, NormalizedType.TABLE);
            }
        };
    }

    /** A time as the API sends it: seconds since 1970 with their fraction, and perhaps a zone, which changes nothing. */
    static @Nullable Instant time(String sent) {
        if (!SECONDS.matcher(sent).matches()) {
            return null;
        }
        String seconds = sent.split("[. ]", 2)[0];
        int point = sent.indexOf('.');
        String fraction = point < 0 ? "" : sent.substring(point + 1).split(" ", 2)[0];
        return Instant.ofEpochSecond(
                Long.parseLong(seconds),
                fraction.isEmpty() ? 0 : Long.parseLong((fraction + "00000000").substring(0, 9)));
    }
}
