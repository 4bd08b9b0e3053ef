package dev.connections.api.http.page;

import org.jspecify.annotations.Nullable;

/**
 * How a list continues.
 *
 * @param nextCursor the cursor of the next page; null on the last
 */
record PageMeta(@Nullable String nextCursor, int limit) {}
