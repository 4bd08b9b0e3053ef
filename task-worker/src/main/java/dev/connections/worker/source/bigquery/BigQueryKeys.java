package dev.connections.worker.source.bigquery;

import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.http.SourceJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the keys of a table, of which BigQuery enforces none. */
final class BigQueryKeys {
    private static final Set<String> MEMBERS =
            Set.of("name", "referencedTable.projectId", "referencedTable.datasetId", "referencedTable.tableId");
    private static final Set<String> MEMBERS_OF_REFERENCE = Set.of("referencingColumn", "referencedColumn");

    private final SourceLimits limits;
    private long rows;

    BigQueryKeys(SourceLimits limits) {
        this.limits = limits;
    }

    /** The names in the list whose beginning the parser has just read. */
    List<String> primaryKey(JsonParser parser) {
        List<String> columns = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.VALUE_STRING);
            columns.add(parser.getString());
            count();
        }
        return columns;
    }

    /** The keys in the list whose beginning the parser has just read. */
    List<ForeignKey> foreignKeys(JsonParser parser) {
        List<ForeignKey> keys = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            keys.add(foreignKey(parser));
            count();
        }
        return keys;
    }

    private ForeignKey foreignKey(JsonParser parser) {
        Map<String, String> members = new HashMap<>();
        List<String> columns = new ArrayList<>();
        List<String> referenced = new ArrayList<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY && name.equals("columnReferences")) {
                readReferences(parser, columns, referenced);
            } else {
                SourceJson.keep(parser, name, MEMBERS, members);
            }
        }
        SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        List<String> path = List.of(
                members.getOrDefault("referencedTable.projectId", ""),
                members.getOrDefault("referencedTable.datasetId", ""),
                members.getOrDefault("referencedTable.tableId", ""));
        return new ForeignKey(members.getOrDefault("name", ""), columns, path, referenced);
    }

    private void readReferences(JsonParser parser, List<String> columns, List<String> referenced) {
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            Map<String, String> reference = SourceJson.members(parser, MEMBERS_OF_REFERENCE);
            columns.add(reference.getOrDefault("referencingColumn", ""));
            referenced.add(reference.getOrDefault("referencedColumn", ""));
            count();
        }
    }

    private void count() {
        limits.checkRelationRows(++rows);
    }
}
