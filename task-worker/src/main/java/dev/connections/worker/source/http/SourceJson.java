package dev.connections.worker.source.http;

import dev.connections.worker.execution.SourceLimits;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as sources send it. It is read as a stream and never made into a tree, which can take thirty times its length; of an
 * object only the members are kept that are asked for.
 */
public final class SourceJson {
    private static final int DEPTH = 50;
    private static final int LONGEST_NAME = 1_000;

    /** Texts may be as long as an answer, which is bounded. */
    private static final JsonFactory FACTORY = factory(Integer.MAX_VALUE);

    private SourceJson() {}

    /** Names are not kept beyond their answer. */
    private static JsonFactory factory(int longestText) {
        return JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(longestText)
                        .maxNameLength(LONGEST_NAME)
                        .maxNestingDepth(DEPTH)
                        .build())
                .build();
    }

    /** A parser of an answer. */
    public static JsonParser parser(byte[] body) {
        return FACTORY.createParser(ObjectReadContext.empty(), body);
    }

    /**
     * A parser of an answer that may be packed, so that the length of what came says nothing of its texts.
     *
     * @param limits of which one bounds each text
     * @throws IOException where it is not packed as it says
     */
    public static JsonParser parser(HttpAnswer answer, SourceLimits limits) throws IOException {
        return factory(limits.text()).createParser(ObjectReadContext.empty(), answer.content(limits));
    }

    /**
     * Goes into the list that is a member of an answer; false where it has none, or null.
     *
     * @param list its name; of one in an object within, that object's name and a dot before, as in result.rows
     */
    public static boolean enterList(JsonParser parser, String list) {
        expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
        String name = list;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            JsonToken value = parser.nextToken();
            if (member.equals(name) && value != JsonToken.VALUE_NULL) {
                expect(parser, value, JsonToken.START_ARRAY);
                return true;
            }
            if (value == JsonToken.START_OBJECT && name.startsWith(member + ".")) {
                name = name.substring(member.length() + 1);
            } else {
                parser.skipChildren();
            }
        }
        return false;
    }

    /**
     * The plain members of an answer that is one object, as texts; one that is null, or no plain value, is not there.
     *
     * @param wanted their names; one of an object within has that object's name and a dot before its own, as in view.query
     * @throws JacksonException where it is no object
     */
    public static Map<String, String> members(byte[] body, Set<String> wanted) {
        try (JsonParser parser = parser(body)) {
            expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            return members(parser, wanted);
        }
    }

    /** The plain members of the object whose beginning the parser has just read. */
    public static Map<String, String> members(JsonParser parser, Set<String> wanted) {
        Map<String, String> members = new HashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            keep(parser, name, wanted, members);
        }
        expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        return members;
    }

    /** A plain value as a text; null where it is null. */
    public static @Nullable String text(JsonParser parser, @Nullable JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!isPlain(token)) {
            throw new StreamReadException(parser, "no plain value");
        }
        return parser.getString();
    }

    /**
     * Keeps the value that the parser is at, or what is wanted of the object that begins there, and passes over the rest.
     *
     * @param name the value's own, behind those of the objects that it is in
     * @param members takes what is kept
     */
    public static void keep(JsonParser parser, String name, Set<String> wanted, Map<String, String> members) {
        JsonToken value = parser.currentToken();
        if (isPlain(value) && wanted.contains(name)) {
            members.put(name, parser.getString());
        } else if (value == JsonToken.START_OBJECT && isAbove(name, wanted)) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String inner = name + "." + parser.currentName();
                parser.nextToken();
                keep(parser, inner, wanted, members);
            }
            expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        } else {
            parser.skipChildren();
        }
    }

    private static boolean isAbove(String name, Set<String> wanted) {
        return wanted.stream()
                .anyMatch(one ->
                        one.length() > name.length() && one.startsWith(name) && one.charAt(name.length()) == '.');
    }

    /** Whether a value is a text, a number, true or false. */
    public static boolean isPlain(@Nullable JsonToken value) {
        return value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL;
    }

    /** Fails where something else stands in an answer. */
    public static void expect(JsonParser parser, @Nullable JsonToken token, JsonToken expected) {
        if (token != expected) {
            throw new StreamReadException(parser, "not " + expected);
        }
    }
}
