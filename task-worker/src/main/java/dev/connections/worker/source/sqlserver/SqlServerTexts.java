package dev.connections.worker.source.sqlserver;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.jdbc.PendingTexts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Definitions of views and expressions of columns, in one statement in the order of the relations. The server waits for
 * whoever alters the one that it is at; then that one is left out, and the statement goes on behind it.
 */
final class SqlServerTexts {
    /** How often a lock is waited for in one database. */
    private static final int MOST_WAITS = 10;

    private final Connection connection;
    private final Execution execution;
    private final SqlServerSql.Scope scope;
    private final PendingTexts pending;
    private final Sink sink;
    /** The first text that has not come. */
    private int at;

    /** Takes texts, in the order in which they are pending. */
    interface Sink {
        /**
         * Takes one.
         *
         * @param text null where it is not to be had now
         */
        void take(int relation, int number, @Nullable String text);
    }

    SqlServerTexts(
            Connection connection, Execution execution, SqlServerSql.Scope scope, PendingTexts pending, Sink sink) {
        this.connection = connection;
        this.execution = execution;
        this.scope = scope;
        this.pending = pending;
        this.sink = sink;
    }

    void read() throws SQLException {
        for (int waits = 0; at < pending.count() && waits < MOST_WAITS; waits++) {
            int before = at;
            try {
                readFrom(pending.relation(at));
                break;
            } catch (SQLException e) {
                if (!SqlServerFailures.isLocked(e)) {
                    throw e;
                }
                execution.checkNotStopped();
                if (at == before) {
                    // Nothing before it has come either, so it is this one that is locked.
                    give(null);
                }
            }
        }
        while (at < pending.count()) {
            give(null);
        }
    }

    private void readFrom(long relation) throws SQLException {
        try (PreparedStatement statement = SqlServerStructure.streamed(connection, scope.texts(relation));
                ResultSet row = statement.executeQuery()) {
            while (row.next() && at < pending.count()) {
                passTo(row.getInt(1), row.getInt(2));
                boolean isNext = at < pending.count()
                        && pending.relation(at) == row.getInt(1)
                        && pending.number(at) == row.getInt(2);
                if (isNext) {
                    give(row.getString(3));
                }
            }
        }
    }

    /** Gives up those before a text that has come. */
    private void passTo(int relation, int number) {
        while (at < pending.count()
                && (pending.relation(at) < relation
                        || (pending.relation(at) == relation && pending.number(at) < number))) {
            give(null);
        }
    }

    private void give(@Nullable String text) {
        sink.take(Math.toIntExact(pending.relation(at)), pending.number(at), text);
        at++;
    }
}
