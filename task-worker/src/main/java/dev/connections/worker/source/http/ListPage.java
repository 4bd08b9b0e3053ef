package dev.connections.worker.source.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One answer with a part of a list. It is kept as it came and read twice: for where the list goes on, and then item by item.
 */
public final class ListPage {
    private final byte[] body;
    private final String list;
    private final JsonItem.Shape shape;
    private @Nullable String nextToken;
    private boolean hasItems;
    private @Nullable JsonParser items;

    private ListPage(byte[] body, String list, JsonItem.Shape shape) {
        this.body = body;
        this.list = list;
        this.shape = shape;
    }

    /**
     * Reads where the list goes on.
     *
     * @param list which of the answer's members is the list; an empty list has none
     * @param token which says where it goes on
     * @param shape what to keep of an item
     * @throws JacksonException where the answer is no list
     */
    public static ListPage read(byte[] body, String list, String token, JsonItem.Shape shape) {
        ListPage page = new ListPage(body, list, shape);
        try (JsonParser parser = SourceJson.parser(body)) {
            SourceJson.expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals(token) && value == JsonToken.VALUE_STRING) {
                    page.nextToken = parser.getString().isEmpty() ? null : parser.getString();
                } else if (name.equals(list)) {
                    SourceJson.expect(parser, value, JsonToken.START_ARRAY);
                    page.hasItems = true;
                    parser.skipChildren();
                } else {
                    parser.skipChildren();
                }
            }
            SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        }
        return page;
    }

    /** Where the list goes on; null at its end. */
    public @Nullable String nextToken() {
        return nextToken;
    }

    /** The next item of the page; null after the last. */
    public @Nullable JsonItem next() {
        JsonParser parser = items == null ? atItems() : items;
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.END_ARRAY) {
            parser.close();
            return null;
        }
        SourceJson.expect(parser, token, JsonToken.START_OBJECT);
        return item(parser);
    }

    private JsonItem item(JsonParser parser) {
        Map<String, String> members = new HashMap<>();
        List<JsonItem> parts = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY && name.equals(shape.list())) {
                parts = parts(parser);
            } else {
                SourceJson.keep(parser, name, shape.members(), members);
            }
        }
        SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        return new JsonItem(members, parts);
    }

    private List<JsonItem> parts(JsonParser parser) {
        List<JsonItem> parts = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            parts.add(new JsonItem(SourceJson.members(parser, shape.partMembers()), null));
            shape.checkParts().accept(parts.size());
        }
        return parts;
    }

    private JsonParser atItems() {
        JsonParser parser = SourceJson.parser(body);
        items = parser;
        if (!hasItems) {
            parser.close();
            return parser;
        }
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isList = parser.currentName().equals(list);
            parser.nextToken();
            if (isList) {
                return parser;
            }
            parser.skipChildren();
        }
        throw new IllegalStateException("the items were there before");
    }
}
