package dev.connections.api.connection;

import dev.connections.connection.PathPatterns;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The effect of a patch on the catalog and the tasks of a connection. */
@Repository
class ImpactStore {
    private static final String PATHS = """
            select path, normalized_type in ('TABLE', 'VIEW') as leaf
              from data_object where connection_id = :connection
            """;

    private static final String TASKS_IN_FLIGHT = """
            select id from task
             where connection_id = :connection and in_flight
             order by id
            """;

    private static final int ROWS = 5_000;
    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    ImpactStore(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        transaction.setReadOnly(true);
    }

    /**
     * The number of catalog objects that the first patterns cover and the second do not.
     *
     * <p>The paths are matched here and not in PostgreSQL, which starts a regular expression of hundreds of patterns
     * anew for each path. In a transaction PostgreSQL hands them out in portions.
     */
    long objectsLeavingScope(UUID connectionId, PathPatterns before, PathPatterns after) {
        if (after.coversEverything() || before.areThoseOf(after)) {
            return 0;
        }
        long begin = System.nanoTime();
        return Objects.requireNonNull(transaction.execute(status -> {
            AtomicLong leaving = new AtomicLong();
            jdbc.sql(PATHS)
                    .withFetchSize(ROWS)
                    .param("connection", connectionId)
                    .query(row -> {
                        List<String> path =
                                Arrays.asList((String[]) row.getArray(1).getArray());
                        boolean leaf = row.getBoolean(2);
                        if (covers(before, path, leaf) && !covers(after, path, leaf)) {
                            leaving.incrementAndGet();
                        }
                        if (System.nanoTime() - begin > TIME_LIMIT.toNanos()) {
                            throw new QueryTimeoutException("matching the paths of a catalog takes too long");
                        }
                    });
            return leaving.get();
        }));
    }

    List<UUID> tasksInFlight(UUID connectionId) {
        return jdbc.sql(TASKS_IN_FLIGHT)
                .param("connection", connectionId)
                .query((row, i) -> row.getObject(1, UUID.class))
                .list();
    }

    private static boolean covers(PathPatterns patterns, List<String> path, boolean leaf) {
        return leaf ? patterns.covers(path) : patterns.coversContainer(path);
    }
}
