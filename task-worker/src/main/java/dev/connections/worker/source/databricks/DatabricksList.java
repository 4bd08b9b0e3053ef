package dev.connections.worker.source.databricks;

import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The items of a list, page by page; a page may be empty and not the last. */
final class DatabricksList {
    /** Of pages in a row. */
    private static final int MOST_EMPTY = 1_000;

    private final DatabricksSession session;
    private final String what;
    private final String path;
    private DatabricksPage page;
    private int empty;

    DatabricksList(DatabricksSession session, String what, String path, DatabricksPage first) {
        this.session = session;
        this.what = what;
        this.path = path;
        this.page = first;
    }

    /** The next item; null at the end. */
    @Nullable
    JsonNode next() throws Exception {
        while (true) {
            JsonNode item = page.next();
            if (item != null) {
                empty = 0;
                return item;
            }
            String next = page.nextToken();
            if (next == null) {
                return null;
            }
            empty++;
            if (empty > MOST_EMPTY) {
                throw new ProtocolException("a list without an end");
            }
            page = session.page(what, path, next);
            if (next.equals(page.nextToken())) {
                throw new ProtocolException("a page that leads to itself");
            }
        }
    }
}
