package dev.connections.worker.source.http;

import java.net.ProtocolException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An item of a list that a source sends, with the members that were asked for.
 *
 * @param members its plain members as texts
 * @param parts the items of the list within it, of which there is one at most; null where it has none
 */
public record JsonItem(
        Map<String, String> members, @Nullable List<JsonItem> parts) {
    /** In ms; later than that is no time that anything was made. */
    private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();

    public JsonItem {
        members = Map.copyOf(members);
        parts = parts == null ? null : List.copyOf(parts);
    }

    /**
     * What to keep of an item.
     *
     * @param members the names of plain members, as {@link SourceJson#members} has them
     * @param list the name of the list within it; empty for none
     * @param partMembers the names of the plain members of that list's items
     * @param checkParts fails where that list is too long
     */
    public record Shape(Set<String> members, String list, Set<String> partMembers, LongConsumer checkParts) {
        public Shape {
            members = Set.copyOf(members);
            partMembers = Set.copyOf(partMembers);
        }
    }

    /** Reads the object whose beginning the parser has just read, to its end. */
    public static JsonItem read(JsonParser parser, Shape shape) {
        Map<String, String> members = new HashMap<>();
        List<JsonItem> parts = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY && name.equals(shape.list)) {
                parts = parts(parser, shape);
            } else {
                SourceJson.keep(parser, name, shape.members, members);
            }
        }
        SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        return new JsonItem(members, parts);
    }

    private static List<JsonItem> parts(JsonParser parser, Shape shape) {
        List<JsonItem> parts = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            parts.add(new JsonItem(SourceJson.members(parser, shape.partMembers), null));
            shape.checkParts.accept(parts.size());
        }
        return parts;
    }

    /** A member; null where the item has none. */
    public @Nullable String textOrNull(String name) {
        return members.get(name);
    }

    /** A member; empty where the item has none. */
    public String text(String name) {
        return Objects.requireNonNullElse(members.get(name), "");
    }

    /** A member; null where the item has none, or an empty one. */
    public @Nullable String filledOrNull(String name) {
        String text = text(name);
        return text.isEmpty() ? null : text;
    }

    /**
     * A member that each item has, such as its name.
     *
     * @throws ProtocolException where this one has none, or an empty one
     */
    public String required(String name) throws ProtocolException {
        String text = text(name);
        if (text.isEmpty()) {
            throw new ProtocolException("an item without " + name);
        }
        return text;
    }

    /** A time in ms since 1970; null where the item has none, or one that can be none. */
    public @Nullable Instant time(String name) {
        long millis = number(name, 0);
        return millis > 0 && millis < LATEST ? Instant.ofEpochMilli(millis) : null;
    }

    /** A whole number; the other one where the item has none, or something else. */
    public long number(String name, long other) {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            return other;
        }
    }
}
