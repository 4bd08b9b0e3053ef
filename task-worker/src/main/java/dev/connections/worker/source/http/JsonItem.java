package dev.connections.worker.source.http;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

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
