package dev.connections.worker.source.databricks;

import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.ListPage;
import java.net.ProtocolException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The items of a list, page by page; a page may be empty and not the last. */
final class DatabricksList {
    private final DatabricksSession session;
    private final String what;
    private final String path;
    private final Set<String> without;
    private ListPage page;

    /**
     * Begins with the first page.
     *
     * @param without the names of items to pass over
     */
    DatabricksList(DatabricksSession session, String what, String path, Set<String> without, ListPage first) {
        this.session = session;
        this.what = what;
        this.path = path;
        this.without = without;
        this.page = first;
    }

    /** The next item; null at the end. */
    @Nullable
    JsonItem next() throws Exception {
        while (true) {
            JsonItem item = page.next();
            if (item != null) {
                if (without.contains(DatabricksItem.nameOf(item))) {
                    continue;
                }
                return item;
            }
            String next = page.nextToken();
            if (next == null) {
                return null;
            }
            page = session.page(what, path, next);
            if (next.equals(page.nextToken())) {
                throw new ProtocolException("a page that leads to itself");
            }
        }
    }
}
