package dev.connections.worker.source.databricks;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One answer with a part of a list. It is kept as it came and read twice: for where the list goes on, and then item by item,
 * since all items at once could take many times its length.
 */
final class DatabricksPage {
    private static final int DEPTH = 50;
    private static final int LONGEST_NAME = 1_000;

    /** Texts may be as long as an answer, which is bounded. Names are not kept beyond their answer. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(LONGEST_NAME)
                            .maxNestingDepth(DEPTH)
                            .build())
                    .build())
            // An item is read from the middle of its list.
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final byte[] body;
    private final String member;
    private @Nullable String nextToken;
    private boolean hasItems;
    private @Nullable JsonParser items;

    private DatabricksPage(byte[] body, String member) {
        this.body = body;
        this.member = member;
    }

    /**
     * Reads where the list goes on.
     *
     * @param member which of the answer's members is the list; an empty list has none
     * @throws JacksonException where the answer is no list
     */
    static DatabricksPage read(byte[] body, String member) {
        DatabricksPage page = new DatabricksPage(body, member);
        try (JsonParser parser = JSON.createParser(body)) {
            expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("next_page_token") && value == JsonToken.VALUE_STRING) {
                    page.nextToken = parser.getString();
                } else if (name.equals(member)) {
                    expect(parser, value, JsonToken.START_ARRAY);
                    page.hasItems = true;
                    parser.skipChildren();
                } else {
                    parser.skipChildren();
                }
            }
            expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        }
        if (page.nextToken != null && page.nextToken.isEmpty()) {
            page.nextToken = null;
        }
        return page;
    }

    /** What an answer that is no success says. */
    static RequestRefusedException refusal(int status, byte[] body) {
        try {
            JsonNode said = JSON.readTree(body);
            return new RequestRefusedException(
                    status, said.path("error_code").asString(""), textOrNull(said, "message"));
        } catch (JacksonException e) {
            return new RequestRefusedException(status, "", null);
        }
    }

    /** Where the list goes on; null at its end. */
    @Nullable
    String nextToken() {
        return nextToken;
    }

    /** The next item of the page; null after the last. */
    @Nullable
    JsonNode next() {
        JsonParser parser = items == null ? atItems() : items;
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.END_ARRAY) {
            parser.close();
            return null;
        }
        expect(parser, token, JsonToken.START_OBJECT);
        return JSON.readTree(parser);
    }

    private JsonParser atItems() {
        JsonParser parser = JSON.createParser(body);
        items = parser;
        if (!hasItems) {
            parser.close();
            return parser;
        }
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isList = parser.currentName().equals(member);
            parser.nextToken();
            if (isList) {
                return parser;
            }
            parser.skipChildren();
        }
        throw new IllegalStateException("the items were there before");
    }

    /** A text of an item; null where it has none, or something else. */
    static @Nullable String textOrNull(JsonNode item, String name) {
        JsonNode value = item.path(name);
        return value.isString() ? value.stringValue() : null;
    }

    private static void expect(JsonParser parser, @Nullable JsonToken token, JsonToken expected) {
        if (token != expected) {
            throw new StreamReadException(parser, "not " + expected);
        }
    }
}
