package dev.connections.worker.source.http;

import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** The items of a list, page by page; a page may be empty and not the last. Not thread-safe. */
public final class PagedList {
    private final Pages pages;
    private ListPage page;

    /** Asks the source for a page. */
    public interface Pages {
        ListPage after(String token) throws Exception;
    }

    /**
     * Begins with a page that is there already.
     *
     * @param pages asks for the page that a token leads to
     */
    public PagedList(ListPage first, Pages pages) {
        this.page = first;
        this.pages = pages;
    }

    /** The next item; null at the end. */
    public @Nullable JsonItem next() throws Exception {
        do {
            JsonItem item = page.next();
            if (item != null) {
                return item;
            }
        } while (turn());
        return null;
    }

    /** The next item, as {@link ListPage#nextObject} has it; null at the end. */
    public @Nullable JsonParser nextObject() throws Exception {
        do {
            JsonParser item = page.nextObject();
            if (item != null) {
                return item;
            }
        } while (turn());
        return null;
    }

    private boolean turn() throws Exception {
        String token = page.nextToken();
        if (token == null) {
            return false;
        }
        page = pages.after(token);
        if (token.equals(page.nextToken())) {
            throw new ProtocolException("a page that leads to itself");
        }
        return true;
    }
}
