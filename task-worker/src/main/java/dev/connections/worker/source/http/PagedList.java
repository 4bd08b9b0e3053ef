package dev.connections.worker.source.http;

import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

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
        while (true) {
            JsonItem item = page.next();
            if (item != null) {
                return item;
            }
            String next = page.nextToken();
            if (next == null) {
                return null;
            }
            checkIsNew(next);
            page = pages.page(next);
        }
    }

    /** Remembers one token, and another when twice as many pages were read, which sooner or later comes again in any circle. */
    private void checkIsNew(String token) throws ProtocolException {
        if (token.equals(before)) {
            throw new ProtocolException("a page that leads to itself");
        }
        if (read == remembered) {
            before = token;
            remembered *= 2;
        }
        read++;
    }
}
