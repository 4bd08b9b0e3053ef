package dev.connections.worker.source.sqlserver;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.jdbc.PendingTexts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Definitions of views and expressions of columns: in one statement where those of whole schemas are wanted, else by the ids of
 * the relations, since the server looks each of them up. It waits for whoever alters one of them; then they are asked for in
 * ever smaller parts, until the one that is locked is left out.
 */
final class SqlServerTexts {
    /** How often a lock is waited for in one database. */
    private static final int MOST_WAITS = 30;
    /** How many times smaller the next part is. */
    private static final int SMALLER = 10;

    private final Connection connection;
    private final Execution execution;
    private final PendingTexts pending;
    private final SqlServerSql.@Nullable Scope whole;
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

    /**
     * Reads what is pending.
     *
     * @param whole where all relations of a scope are wanted, that scope; null where the filters leave some out
     */
    SqlServerTexts(
            Connection connection,
            Execution execution,
            PendingTexts pending,
            SqlServerSql.@Nullable Scope whole,
            Sink sink) {
        this.connection = connection;
        this.execution = execution;
        this.pending = pending;
        this.whole = whole;
        this.sink = sink;
    }

    void read() throws SQLException {
        int most = most();
        for (int waits = 0; at < pending.count() && waits < MOST_WAITS; ) {
            int end = endOfPart(most);
            try {
                read(end);
                giveUpTo(end);
                most = most();
            } catch (SQLException e) {
                if (!SqlServerFailures.isLocked(e)) {
                    throw e;
                }
                execution.checkNotStopped();
                waits++;
                if (at == end || pending.relation(at) == pending.relation(end - 1)) {
                    giveUpTo(end);
                    most = most();
                } else {
                    most = Math.max(1, (end - at) / SMALLER);
                }
            }
        }
        giveUpTo(pending.count());
    }

    /** How many a part has where nothing is locked. */
    private int most() {
        return whole == null ? SqlServerSql.MOST_IDS : Math.max(1, pending.count());
    }

    /** The end of the part that begins with the next text; those of one relation are not parted. */
    private int endOfPart(int most) {
        int end = (int) Math.min((long) at + most, pending.count());
        while (end < pending.count() && pending.relation(end) == pending.relation(end - 1)) {
            end++;
        }
        return end;
    }

    private void read(int end) throws SQLException {
        SqlServerAnswers.read(connection, sql(end), row -> {
            while (at < end && row.next()) {
                passTo(row.getInt(1), row.getInt(2));
                boolean isNext =
                        at < end && pending.relation(at) == row.getInt(1) && pending.number(at) == row.getInt(2);
                if (isNext) {
                    give(row.getString(3));
                }
            }
        });
    }

    private String sql(int end) {
        SqlServerSql.Scope scope = whole;
        if (scope != null) {
            return scope.texts(pending.relation(at), pending.relation(end - 1));
        }
        Set<Integer> relations = new LinkedHashSet<>();
        for (int i = at; i < end; i++) {
            relations.add(Math.toIntExact(pending.relation(i)));
        }
        return SqlServerSql.texts(relations);
    }

    private void giveUpTo(int end) {
        while (at < end) {
            give(null);
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
