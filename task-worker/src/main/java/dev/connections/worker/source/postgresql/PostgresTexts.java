package dev.connections.worker.source.postgresql;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.jdbc.PendingTexts;
import dev.connections.worker.source.pgwire.Changed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts that PostgreSQL makes only under locks: of a view, and of every relation that it selects from. Each batch is
 * one round trip and a transaction of its own, so that its locks go with it whatever becomes of this worker. A relation
 * that somebody holds costs a batch the twentieth of a second and is tried again by itself; nobody waits behind us for
 * longer than {@link #ALONE}.
 */
final class PostgresTexts {
    private static final int MOST_TEXTS = 50;
    private static final int MOST_BYTES = 1 << 20;
    private static final Duration TOGETHER = Duration.ofMillis(50);
    private static final Duration ALONE = Duration.ofMillis(500);
    /** How long making the texts may take, for locks are held meanwhile. */
    private static final Duration MAKING = Duration.ofSeconds(1);

    private static final int ROUNDS = 3;
    /** How long texts may be tried again in all. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String QUERY_CANCELED = "57014";
    private static final String DEADLOCK = "40P01";
    private final Connection connection;
    private final Execution execution;
    private final PostgresText reader;
    private final PendingTexts texts;
    private final Sink sink;

    /** Takes what came of each text. */
    interface Sink {
        /** The text was read. */
        void read(int i, String text, boolean replaced);

        /** The text cannot be read now; {@code why} is null where its relation is gone. */
        void keep(int i, @Nullable String why);
    }

    /** Reads on a connection in auto-commit mode, outside any transaction. */
    PostgresTexts(Connection connection, Execution execution, PendingTexts texts, Sink sink) {
        this.connection = connection;
        this.execution = execution;
        this.reader = new PostgresText();
        this.texts = texts;
        this.sink = sink;
    }

    /** Reads all texts, and hands each to the sink as read or as kept. */
    void read() throws SQLException {
        Map<Integer, SQLException> failures = new TreeMap<>();
        for (int from = 0; from < texts.count(); ) {
            execution.checkNotStopped();
            execution.progress("READING_DEFINITIONS", from, (long) texts.count());
            int to = texts.endOfBatch(from, MOST_TEXTS, MOST_BYTES);
            SQLException failed = tried(from, to, TOGETHER);
            for (int i = from; failed != null && i < to; i++) {
                SQLException alone = to == from + 1 ? failed : tried(i, i + 1, TOGETHER);
                if (alone != null) {
                    failures.put(i, alone);
                }
            }
            from = to;
        }
        readAlone(failures);
    }

    /** Tries each text a few times, one by one; what cannot be read then is kept. */
    private void readAlone(Map<Integer, SQLException> failures) throws SQLException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int round = 0; round < ROUNDS && !failures.isEmpty() && System.nanoTime() - end < 0; round++) {
            for (Integer i : List.copyOf(failures.keySet())) {
                execution.checkNotStopped();
                SQLException failed = tried(i, i + 1, System.nanoTime() - end < 0 ? ALONE : TOGETHER);
                if (failed == null) {
                    failures.remove(i);
                } else {
                    failures.put(i, failed);
                }
            }
        }
        for (Map.Entry<Integer, SQLException> failure : failures.entrySet()) {
            int i = failure.getKey();
            boolean gone = Changed.isSaidBy(failure.getValue()) && pathOf(texts.relation(i), connection) == null;
            sink.keep(i, gone ? null : why(failure.getValue()));
        }
    }

    private String why(SQLException failed) {
        return switch (Objects.requireNonNullElse(failed.getSQLState(), "")) {
            case LOCK_NOT_AVAILABLE, DEADLOCK -> "another session has locked it";
            case QUERY_CANCELED -> "the server did not make it in time";
            default -> RemoteText.shown(failed.getMessage(), execution);
        };
    }

    /** Answers why the batch could not be read; throws where that has nothing to do with what it holds. */
    private @Nullable SQLException tried(int from, int to, Duration wait) throws SQLException {
        try {
            readBatch(from, to, wait);
            return null;
        } catch (SQLException e) {
            String state = Objects.requireNonNullElse(e.getSQLState(), "");
            boolean ofTheBatch = Changed.isSaidBy(e)
                    || state.equals(LOCK_NOT_AVAILABLE)
                    || state.equals(DEADLOCK)
                    || state.equals(QUERY_CANCELED);
            execution.checkNotStopped();
            if (!ofTheBatch) {
                throw e;
            }
            return e;
        }
    }

    private void readBatch(int from, int to, Duration wait) throws SQLException {
        List<@Nullable String> read = new ArrayList<>();
        List<Boolean> replaced = new ArrayList<>();
        for (int i = from; i < to; i++) {
            read.add(null);
            replaced.add(false);
        }
        // Without a transaction block the server takes all three as one transaction, which ends with the last of them.
        String sql = String.join(
                ";", PostgresTransaction.SAFE_PATH, PostgresTransaction.settings(wait, MAKING), PostgresSql.TEXTS);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, from, to);
            statement.execute();
            statement.getMoreResults();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    read.set(row.getInt(1) - from, reader.orNull(row, 2));
                    replaced.set(row.getInt(1) - from, reader.hasReplaced());
                }
            }
        }
        for (int i = from; i < to; i++) {
            String text = read.get(i - from);
            if (text == null) {
                sink.keep(i, null);
            } else {
                sink.read(i, text, replaced.get(i - from));
            }
        }
    }

    private void bind(PreparedStatement statement, int from, int to) throws SQLException {
        StringJoiner ids = new StringJoiner(",", "{", "}");
        StringJoiner relations = new StringJoiner(",", "{", "}");
        StringJoiner numbers = new StringJoiner(",", "{", "}");
        for (int i = from; i < to; i++) {
            ids.add(String.valueOf(i));
            relations.add(String.valueOf(texts.relation(i)));
            numbers.add(String.valueOf(texts.number(i)));
        }
        statement.setString(1, ids.toString());
        statement.setString(2, relations.toString());
        statement.setString(3, numbers.toString());
    }

    /** The path of a relation below its database, "schema/relation"; null where there is no such relation any more. */
    static @Nullable String pathOf(long relation, Connection connection) throws SQLException {
        PostgresText reader = new PostgresText();
        return PostgresTransaction.reading(connection, () -> {
            try (PreparedStatement names = connection.prepareStatement(PostgresSql.NAMES)) {
                names.setLong(1, relation);
                try (ResultSet row = names.executeQuery()) {
                    return row.next() ? reader.of(row, 1) + "/" + reader.of(row, 2) : null;
                }
            }
        });
    }
}
