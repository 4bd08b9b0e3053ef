package dev.connections.worker.source.trino;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of a statement, page by page. One that is closed before its end is canceled at the cluster. */
final class TrinoRows implements AutoCloseable {
    private final TrinoSession session;
    private final int columns;
    private TrinoPage page;
    private @Nullable String[] row = {};

    TrinoRows(TrinoSession session, TrinoPage first, int columns) {
        this.session = session;
        this.columns = columns;
        this.page = first;
    }

    /** Goes to the next row; false at the end. */
    boolean next() throws Exception {
        while (true) {
            @Nullable String[] found = page.nextRow();
            if (found != null) {
                row = found;
                return true;
            }
            if (page.next() == null) {
                return false;
            }
            page = session.next(page, columns);
        }
    }

    /** The text of a column of the row, from 1; null where it has none. */
    @Nullable
    String textOrNull(int column) {
        return row[column - 1];
    }

    /** The text of a column that is never null, unless the cluster is none of Trino's. */
    String text(int column) {
        return Objects.requireNonNullElse(textOrNull(column), "");
    }

    @Override
    public void close() {
        page.close();
        session.cancel();
    }
}
