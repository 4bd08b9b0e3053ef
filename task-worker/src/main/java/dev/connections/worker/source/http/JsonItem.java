package dev.connections.worker.source.http;

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
    public JsonItem {
        members = Map.copyOf(members);
        parts = parts == null ? null : List.copyOf(parts);
    }

    /**
     * What to keep of an item.
     *
     * @param members the names of plain members
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
            JsonToken value = parser.nextToken();
            if (name.equals(shape.list) && value == JsonToken.START_ARRAY) {
                parts = parts(parser, shape);
            } else if (SourceJson.isPlain(value) && shape.members.contains(name)) {
                members.put(name, parser.getString());
            } else {
                parser.skipChildren();
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

    /** A whole number; the other one where the item has none, or something else. */
    public long number(String name, long other) {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            return other;
        }
    }
}
