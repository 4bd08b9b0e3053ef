package dev.connections.worker.source.databricks;

import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.PagedList;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The items of a list, but for what Databricks keeps for itself. */
final class DatabricksList {
    private final PagedList items;
    private final Set<String> without;

    /**
     * Begins with the first item.
     *
     * @param without the names of items to pass over
     */
    DatabricksList(PagedList items, Set<String> without) {
        this.items = items;
        this.without = without;
    }

    /** The next item; null at the end. */
    @Nullable
    JsonItem next() throws Exception {
        JsonItem item = items.next();
        while (item != null && without.contains(DatabricksItem.nameOf(item))) {
            item = items.next();
        }
        return item;
    }
}
