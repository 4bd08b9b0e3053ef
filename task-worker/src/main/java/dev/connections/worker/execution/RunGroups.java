package dev.connections.worker.execution;

import dev.connections.group.GroupCommit;
import dev.connections.task.ClaimedRun;
import dev.connections.task.GroupStore;
import dev.connections.task.RunEnd;
import dev.connections.task.RunStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ends runs whose work is done at the same time by one transaction. Those whose connection somebody else has locked are left out and
 * try by themselves. Of the others it ends all or none: where one is not held any more, its effect throws, or somebody holds its
 * lock, each of them tries by itself. The epochs fence a second try after a commit that
 * was not confirmed.
 *
 * <p>While one group is at work, all other ends of this worker wait for it. So it waits for nothing long: neither for locks, nor
 * for the answers of a session whose network has gone without a word.
 */
final class RunGroups {
    private static final Logger log = LoggerFactory.getLogger(RunGroups.class);
    private static final int MOST_AT_WORK = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** For one answer of PostgreSQL, whose waits for locks are far shorter; a second try may meet a session that answers. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final DataSource pool;
    private final TransactionTemplate transaction;
    private final Runnable afterCommit;
    private final GroupCommit<Ending, Boolean> groups;

    RunGroups(DataSource pool, Runnable afterCommit) {
        this(pool, afterCommit, SILENCE);
    }

    /** With another limit for the silence of a session. */
    RunGroups(DataSource pool, Runnable afterCommit, Duration silence) {
        this.pool = new ImpatientDataSource(pool, silence);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));
        this.afterCommit = afterCommit;
        this.groups = new GroupCommit<>(this::endAll, RunGroups::concernsAll, MOST_AT_WORK, PATIENCE);
    }

    /**
     * A run whose work is done.
     *
     * @param effect that needs no session of its own
     * @param end from the effect's result
     */
    record Ending(ClaimedRun run, Effect effect, Function<Object, RunEnd> end) {
        String connection() {
            return String.valueOf(effect.connectionId());
        }
    }

    /** Ends the run in a group; false if it has to be tried by itself. */
    boolean end(Ending ending) {
        try {
            return Boolean.TRUE.equals(groups.commit(ending));
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** None does: whatever happened, an end by itself either finds the run as it was or changes nothing. */
    private static boolean concernsAll(RuntimeException e) {
        log.debug("a group of runs did not end: {}", e.toString());
        return false;
    }

    private List<@Nullable Boolean> endAll(List<Ending> group) {
        Set<UUID> ended = transaction.execute(status -> {
            JdbcClient jdbc = JdbcClient.create(pool);
            List<RunEnd> ends = new ArrayList<>();
            for (Ending ending : free(jdbc, group)) {
                ends.add(ending.end().apply(ending.effect().apply(jdbc)));
            }
            if (new RunStore(jdbc).endAll(ends) < ends.size()) {
                status.setRollbackOnly();
                return Set.of();
            }
            return ends.stream().map(end -> end.run().runId()).collect(Collectors.toSet());
        });
        if (!ended.isEmpty()) {
            afterCommit.run();
            log.debug("runs that ended together: {}", ended);
        }
        return group.stream()
                .<@Nullable Boolean>map(ending -> ended.contains(ending.run().runId()))
                .toList();
    }

    /** Locks the connections that change, and returns the endings whose connections nobody else has locked, in their order. */
    private static List<Ending> free(JdbcClient jdbc, List<Ending> group) {
        List<UUID> connections = group.stream()
                .map(ending -> ending.effect().connectionId())
                .filter(Objects::nonNull)
                .toList();
        Set<UUID> locked = new GroupStore(jdbc).begin(connections);
        Stream<Ending> free = group.stream().filter(ending -> {
            UUID connection = ending.effect().connectionId();
            return connection == null || locked.contains(connection);
        });
        return free.sorted(Comparator.comparing(Ending::connection)).toList();
    }
}
