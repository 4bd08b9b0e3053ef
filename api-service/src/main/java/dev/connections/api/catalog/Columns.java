package dev.connections.api.catalog;

import dev.connections.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The columns of a table or view: stored without what is null, and told with it. */
final class Columns {
    private Columns() {}

    /** Every member of the contract, in its order. */
    static JsonNode told(JsonNode stored) {
        ArrayNode columns = JsonNodeFactory.instance.arrayNode();
        stored.forEach(column -> columns.add(told((ObjectNode) column)));
        return columns;
    }

    private static ObjectNode told(ObjectNode stored) {
        ObjectNode column = Json.object();
        for (String member : new String[] {"name", "ordinal", "remoteType", "normalizedType", "nullable"}) {
            column.set(member, stored.path(member));
        }
        column.put("defaultValue", stored.path("defaultValue").asString(null));
        column.put("generated", stored.path("generated").asBoolean(false));
        column.put("identity", stored.path("identity").asBoolean(false));
        column.put("description", stored.path("description").asString(null));
        return column;
    }
}
