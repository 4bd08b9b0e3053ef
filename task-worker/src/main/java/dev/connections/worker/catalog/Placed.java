package dev.connections.worker.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A staged object, as the place of those below it.
 *
 * @param candidate the id that the object gets where the catalog does not know it yet
 * @param path names from the top-level object down to this one
 * @param types the types beside them
 */
public record Placed(UUID candidate, List<String> path, List<String> types) {
    public Placed {
        path = List.copyOf(path);
        types = List.copyOf(types);
    }

    /** The path of an object with the name below the parent; null is the top. */
    public static List<String> pathBelow(@Nullable Placed parent, String name) {
        return below(parent == null ? List.of() : parent.path, name);
    }

    static Placed below(@Nullable Placed parent, UUID candidate, FoundObject found) {
        return new Placed(
                candidate,
                pathBelow(parent, found.name()),
                below(parent == null ? List.of() : parent.types, found.type().name()));
    }

    private static List<String> below(List<String> above, String last) {
        List<String> all = new ArrayList<>(above);
        all.add(last);
        return all;
    }
}
