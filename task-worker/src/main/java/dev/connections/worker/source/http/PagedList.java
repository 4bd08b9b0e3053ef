package dev.connections.worker.source.http;

import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** The items of a list, page by page; a page may be empty and not the last. Not thread-safe. */
public final class PagedList {
    private final Pages pages;
    private ListPage page;
    private long read = 1;
    private long remembered = 1;
    private String before = "";

    /** Asks for the page that a token leads to. */
    public interface Pages {
        ListPage page(String token) throws Exception;
    }

    /** Begins with the first page. */
    public PagedList(ListPage first, Pages pages) {
        this.page = first;
        this.pages = pages;
    }

    /**
     * The next item; null at the end.
     *
     * @throws ProtocolException where a page leads to one that was read before
     */
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

    /** Goes to the next page; false where there is none. */
    private boolean turn() throws Exception {
        String token = page.nextToken();
        if (token == null) {
            return false;
        }
        checkIsNew(token);
        page = pages.page(token);
        return true;
    }

    /** Remembers one token, and another when twice as many pages were read, which sooner or later comes again in any circle. */
    private void checkIsNew(String token) throws ProtocolException {
        if (token.equals(before)) {
            throw new ProtocolException("a page that leads to one that was read before");
        }
        if (read == remembered) {
            before = token;
            remembered *= 2;
        }
        read++;
    }
}
