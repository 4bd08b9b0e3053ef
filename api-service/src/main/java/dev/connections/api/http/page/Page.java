package dev.connections.api.http.page;

import java.util.List;
import java.util.function.Function;

/** One page of a list in the contract's shape. */
public record Page<T>(List<T> data, PageMeta meta) {
    /**
     * Builds a page from up to limit + 1 rows; the extra row shows that another page follows.
     *
     * @param cursorAfter creates the cursor that continues after a row
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> cursorAfter) {
        if (rows.size() <= limit) {
            return new Page<>(rows, new PageMeta(null, limit));
        }
        List<T> data = rows.subList(0, limit);
        return new Page<>(data, new PageMeta(cursorAfter.apply(data.getLast()), limit));
    }

    /** The same page with each item converted. */
    public <R> Page<R> map(Function<T, R> change) {
        return new Page<>(data.stream().map(change).toList(), meta);
    }
}
