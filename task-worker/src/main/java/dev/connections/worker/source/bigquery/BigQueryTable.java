package dev.connections.worker.source.bigquery;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.SourceJson;
import java.net.ProtocolException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A table or view as BigQuery describes it. Its answer is kept as it came and read once for each of its parts.
 *
 * @param members its plain members
 */
record BigQueryTable(JsonItem members, List<Column> columns, List<String> primaryKey, List<ForeignKey> foreignKeys) {
    /** What is asked for of it. */
    static final String FIELDS = "type,description,creationTime,schema,tableConstraints,view/query,"
            + "materializedView/query,externalDataConfiguration/sourceFormat";

    private static final Set<String> MEMBERS = Set.of(
            "type",
            "description",
            "creationTime",
            "view.query",
            "materializedView.query",
            "externalDataConfiguration.sourceFormat");

    /**
     * Reads an answer.
     *
     * @throws JacksonException where it is no object
     * @throws ProtocolException where it is something else than a table
     */
    static BigQueryTable read(byte[] answer, SourceLimits limits) throws ProtocolException {
        JsonItem members = new JsonItem(SourceJson.members(answer, MEMBERS), null);
        members.required("type");
        BigQueryKeys keys = new BigQueryKeys(limits);
        List<Column> columns = List.of();
        List<String> primaryKey = List.of();
        List<ForeignKey> foreignKeys = List.of();
        try (JsonParser parser = SourceJson.parser(answer)) {
            if (isAtList(parser, "schema", "fields")) {
                columns = new BigQueryColumns(parser, limits).read();
            }
        }
        try (JsonParser parser = SourceJson.parser(answer)) {
            if (isAtList(parser, "tableConstraints", "primaryKey", "columns")) {
                primaryKey = keys.primaryKey(parser);
            }
        }
        try (JsonParser parser = SourceJson.parser(answer)) {
            if (isAtList(parser, "tableConstraints", "foreignKeys")) {
                foreignKeys = keys.foreignKeys(parser);
            }
        }
        return new BigQueryTable(members, columns, primaryKey, foreignKeys);
    }

    /** Goes to the list that the names lead to; false where there is none. */
    private static boolean isAtList(JsonParser parser, String... way) {
        parser.nextToken();
        for (String name : way) {
            if (parser.currentToken() != JsonToken.START_OBJECT || !isAtMember(parser, name)) {
                return false;
            }
        }
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    private static boolean isAtMember(JsonParser parser, String name) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isIt = parser.currentName().equals(name);
            parser.nextToken();
            if (isIt) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    /** Such as MATERIALIZED_VIEW. */
    String type() {
        return members.text("type");
    }

    /** The query of a view; null where there is none. */
    @Nullable
    String definition() {
        String ofView = members.filledOrNull("view.query");
        return ofView == null ? members.filledOrNull("materializedView.query") : ofView;
    }

    /** All but the definition of a view. */
    ObjectDetail detail() {
        return new ObjectDetail(columns, primaryKey, foreignKeys, null);
    }
}
