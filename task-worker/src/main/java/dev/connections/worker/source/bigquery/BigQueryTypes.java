package dev.connections.worker.source.bigquery;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.source.TypeName;
import dev.connections.worker.source.http.JsonItem;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** BigQuery's types of fields and tables, as its statements write them and in the words of the catalog. */
final class BigQueryTypes {
    /** The digits of a second that a TIMESTAMP without a precision has. */
    private static final long MICROSECONDS = 6;

    private BigQueryTypes() {}

    /** The type of a field as a statement has it, such as ARRAY of STRUCT; the API has older words for some. */
    static String written(JsonItem field) {
        String type = element(field);
        return field.text("mode").equals("REPEATED") ? "ARRAY<" + type + ">" : type;
    }

    private static String element(JsonItem field) {
        String type = field.text("type");
        return switch (type) {
            case "INTEGER" -> "INT64";
            case "FLOAT" -> "FLOAT64";
            case "BOOLEAN" -> "BOOL";
            case "RECORD", "STRUCT" -> struct(Objects.requireNonNullElse(field.parts(), List.of()));
            case "RANGE" -> "RANGE<" + field.text("rangeElementType.type") + ">";
            case "STRING", "BYTES" -> withParameters(type, field.number("maxLength", 0), 0);
            case "NUMERIC", "BIGNUMERIC" ->
                withParameters(type, field.number("precision", 0), field.number("scale", 0));
            case "TIMESTAMP" -> {
                long digits = field.number("timestampPrecision", MICROSECONDS);
                yield digits == MICROSECONDS ? type : withParameters(type, digits, 0);
            }
            case "FOREIGN" -> Objects.requireNonNullElse(field.filledOrNull("foreignTypeDefinition"), type);
            default -> type;
        };
    }

    private static String struct(List<JsonItem> fields) {
        return fields.stream()
                .map(field -> name(field.text("name")) + " " + written(field))
                .collect(Collectors.joining(", ", "STRUCT<", ">"));
    }

    /** Quoted where a statement needs it, so that no two structs are written alike. */
    private static String name(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : quoted(name);
    }

    /** A name in back quotes. */
    static String quoted(String name) {
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`";
    }

    private static String withParameters(String type, long first, long second) {
        if (first <= 0) {
            return type;
        }
        return second > 0 ? type + "(" + first + ", " + second + ")" : type + "(" + first + ")";
    }

    /**
     * The kind of a column.
     *
     * @param type as {@link #written} has it
     */
    static ColumnType column(String type) {
        return switch (TypeName.firstWord(type)) {
            case "bool" -> ColumnType.BOOLEAN;
            case "int64" -> ColumnType.INTEGER;
            case "numeric", "bignumeric" -> ColumnType.DECIMAL;
            case "float64" -> ColumnType.FLOAT;
            case "string" -> ColumnType.STRING;
            case "bytes" -> ColumnType.BINARY;
            case "date" -> ColumnType.DATE;
            case "time" -> ColumnType.TIME;
            case "datetime", "timestamp" -> ColumnType.TIMESTAMP;
            case "interval" -> ColumnType.INTERVAL;
            case "json" -> ColumnType.JSON;
            case "array" -> ColumnType.ARRAY;
            case "struct" -> ColumnType.STRUCT;
            case "geography" -> ColumnType.GEOGRAPHY;
            default -> ColumnType.OTHER;
        };
    }

    /** What a table or view is, by its type. */
    static ObjectType relation(String type) {
        return switch (type) {
            case "EXTERNAL" -> new ObjectType("EXTERNAL_TABLE", NormalizedType.TABLE);
            case "SNAPSHOT" -> new ObjectType("SNAPSHOT", NormalizedType.TABLE);
            case "VIEW" -> new ObjectType("VIEW", NormalizedType.VIEW);
            case "MATERIALIZED_VIEW" -> new ObjectType("MATERIALIZED_VIEW", NormalizedType.VIEW);
            default -> new ObjectType("TABLE", NormalizedType.TABLE);
        };
    }
}
