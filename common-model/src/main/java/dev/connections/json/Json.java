package dev.connections.json;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON of messages and stored documents: ISO 8601 times, unknown members ignored on reading. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    /** Writes a record, map or tree. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Parses a value; throws {@link JacksonException} if the text is not its JSON. */
    public static <T> T read(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    /** Parses a tree; throws {@link JacksonException} if the text is not JSON. */
    public static JsonNode tree(String text) {
        return MAPPER.readTree(text);
    }

    /** Converts a tree to a value of the type. */
    public static <T> T convert(JsonNode tree, Class<T> type) {
        return MAPPER.treeToValue(tree, type);
    }

    /** A new empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
