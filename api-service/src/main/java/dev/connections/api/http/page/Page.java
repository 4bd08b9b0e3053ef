package dev.connections.api.http.page;

import java.util.List;
import java.util.function.Function;

/** One page of a list, as the contract shapes it. */
public record Page<T>(List<T> data, PageMeta meta) {
    /**
     * Cuts a page from rows that were read with one more than the limit, so that the last page is known as such.
     *
     * @param cursorAfter makes the cursor that goes on after a row
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> cursorAfter) {
        if (rows.size() <= limit) {
            return new Page<>(rows, new PageMeta(null, limit));
        }
        List<T> data = rows.subList(0, limit);
        return new Page<>(data, new PageMeta(cursorAfter.apply(data.getLast()), limit));
    }

    /** The same page with each item turned into another. */
    public <R> Page<R> map(Function<T, R> change) {
        return new Page<>(data.stream().map(change).toList(), meta);
    }
}
