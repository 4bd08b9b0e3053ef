package dev.connections.worker.source.bigquery;

import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.ColumnList;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.SourceJson;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the fields of a table, some of which have fields of their own: what is at the top are its columns, and the others are
 * part of their types. How deep they go is bounded by how deep an answer may.
 */
final class BigQueryColumns {
    private static final String EXPRESSION = "generatedColumn.generatedExpressionInfo.generationExpression";
    private static final Set<String> MEMBERS = Set.of(
            "name",
            "type",
            "mode",
            "description",
            "maxLength",
            "precision",
            "scale",
            "timestampPrecision",
            "rangeElementType.type",
            "foreignTypeDefinition",
            "defaultValueExpression",
            EXPRESSION);

    private final JsonParser parser;
    private final SourceLimits limits;
    private long fields;

    /** Reads the list whose beginning the parser has just read. */
    BigQueryColumns(JsonParser parser, SourceLimits limits) {
        this.parser = parser;
        this.limits = limits;
    }

    /** The columns in their order, with numbers from 1. */
    List<Column> read() throws ProtocolException {
        ColumnList columns = new ColumnList(limits);
        for (JsonItem field : fields()) {
            columns.add(column(field, columns.nextOrdinal()));
        }
        return columns.items();
    }

    private List<JsonItem> fields() {
        List<JsonItem> list = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            limits.checkRelationRows(++fields);
            list.add(field());
        }
        return list;
    }

    private JsonItem field() {
        Map<String, String> members = new HashMap<>();
        List<JsonItem> inner = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY && name.equals("fields")) {
                inner = fields();
            } else {
                SourceJson.keep(parser, name, MEMBERS, members);
            }
        }
        SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        return new JsonItem(members, inner);
    }

    private static Column column(JsonItem field, int ordinal) throws ProtocolException {
        String type = BigQueryTypes.written(field);
        String generatedAs = field.filledOrNull(EXPRESSION);
        return new Column(
                field.required("name"),
                ordinal,
                type,
                BigQueryTypes.column(type),
                isNullable(field.text("mode")),
                generatedAs == null ? field.filledOrNull("defaultValueExpression") : generatedAs,
                generatedAs != null,
                false,
                field.filledOrNull("description"));
    }

    /** An array holds no NULL in place of itself: BigQuery makes it an empty one. */
    private static boolean isNullable(String mode) {
        return !mode.equals("REQUIRED") && !mode.equals("REPEATED");
    }
}
