package dev.connections.worker.source.redshift;

import dev.connections.worker.execution.Execution;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the definitions of views, each batch in one short statement and a transaction of its own, so that whatever locks the
 * cluster takes for it are gone with it.
 */
final class RedshiftDefinitions {
    private static final int BATCH = 50;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Connection connection;
    private final Execution execution;
    private final Sink sink;

    /** Takes what came of each view. */
    interface Sink {
        /** The definition; null where it cannot be read now. */
        void take(long view, @Nullable String definition);
    }

    /** Reads on a connection in auto-commit mode. */
    RedshiftDefinitions(Connection connection, Execution execution, Sink sink) {
        this.connection = connection;
        this.execution = execution;
        this.sink = sink;
    }

    /** Reads the definitions, and hands each to the sink. */
    void read(List<Long> views) throws SQLException {
        RedshiftSql.limit(connection, LIMIT);
        for (int from = 0; from < views.size(); from += BATCH) {
            execution.checkNotStopped();
            execution.progress("READING_DEFINITIONS", from, (long) views.size());
            List<Long> batch = views.subList(from, Math.min(from + BATCH, views.size()));
            Map<Long, String> read = tried(batch);
            for (Long view : batch) {
                // One that fails takes the others of its batch with it.
                Map<Long, String> alone = read == null ? tried(List.of(view)) : read;
                sink.take(view, alone == null ? null : alone.get(view));
            }
        }
    }

    /** Answers null where the cluster does not give the definitions; throws where the session is no use any more. */
    private @Nullable Map<Long, String> tried(List<Long> views) throws SQLException {
        Map<Long, String> read = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RedshiftSql.definitions(views))) {
            while (row.next()) {
                String definition = row.getString(2);
                if (definition != null) {
                    read.put(row.getLong(1), definition);
                }
            }
            return read;
        } catch (SQLException e) {
            execution.checkNotStopped();
            if (RedshiftFailures.isOfTheSession(e, connection)) {
                throw e;
            }
            return null;
        }
    }
}
