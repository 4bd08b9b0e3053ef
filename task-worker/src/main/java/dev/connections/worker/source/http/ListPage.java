package dev.connections.worker.source.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * One answer with a part of a list. It is kept as it came and read twice: for where the list goes on, and then item by item.
 */
public final class ListPage {
    /** Of items that the technology reads itself, nothing is kept here. */
    private static final JsonItem.Shape NOTHING = new JsonItem.Shape(Set.of(), "", Set.of(), count -> {});

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
     * @param sign a member that each answer of the kind has: without it, what is not listed would be taken for gone; empty
     *     where there is none
     * @throws JacksonException where the answer is no list
     */
    public static ListPage read(byte[] body, String list, String token, JsonItem.Shape shape, String sign) {
        ListPage page = new ListPage(body, list, shape);
        boolean isSigned = sign.isEmpty();
        try (JsonParser parser = SourceJson.parser(body)) {
            SourceJson.expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                isSigned |= name.equals(sign);
                if (name.equals(token) && value != JsonToken.VALUE_NULL) {
                    SourceJson.expect(parser, value, JsonToken.VALUE_STRING);
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
            if (!isSigned) {
                throw new StreamReadException(parser, "no list of the kind that was asked for");
            }
        }
        return page;
    }

    /** Reads where the list goes on; its items, which have more parts than a {@link JsonItem}, are left to the technology. */
    public static ListPage read(byte[] body, String list, String token, String sign) {
        return read(body, list, token, NOTHING, sign);
    }

    /** Where the list goes on; null at its end. */
    public @Nullable String nextToken() {
        return nextToken;
    }

    /** The next item of the page; null after the last. */
    public @Nullable JsonItem next() {
        JsonParser parser = nextObject();
        return parser == null ? null : JsonItem.read(parser, shape);
    }

    /** A parser that has read the beginning of the next item, which is to be read to its end; null after the last. */
    public @Nullable JsonParser nextObject() {
        JsonParser parser = items == null ? atItems() : items;
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.END_ARRAY) {
            parser.close();
            return null;
        }
        SourceJson.expect(parser, token, JsonToken.START_OBJECT);
        return parser;
    }

    private JsonParser atItems() {
        JsonParser parser = SourceJson.parser(body);
        items = parser;
        if (!hasItems || !SourceJson.enterList(parser, list)) {
            parser.close();
        }
        return parser;
    }
}
