package dev.connections.api.task;

import dev.connections.api.database.pool.OutcomeUnknownException;
import dev.connections.api.database.pool.RequestPatience;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.group.GroupCommit;
import dev.connections.outbox.Outbox;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Creates the tasks of requests that come at the same time by one statement and one commit.
 *
 * <p>What concerns only one member is not decided here: who is refused or would have to wait for a connection's lock decides by
 * itself, and so do all of them where their statement fails. Nobody tries by itself after its time: what a request waits here and
 * for a connection afterwards has one limit together, and a database that was too slow for the group is not asked again.
 */
@Component
class TaskGroups {
    private static final Logger log = LoggerFactory.getLogger(TaskGroups.class);
    private static final int MOST_AT_WORK = 1;
    /** As long as a request waits for a connection of a busy pool. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** A class of SQLSTATE. */
    private static final String CONNECTION_EXCEPTION = "08";

    /** What a statement ends with that has reached its time limit. */
    private static final String QUERY_CANCELED = "57014";

    private final TaskStore tasks;
    private final TransactionTemplate transaction;
    private final Outbox outbox;
    private final Duration patience;
    private final GroupCommit<NewTask, CreateOutcome.Created> groups;

    @Autowired
    TaskGroups(TaskStore tasks, TransactionTemplate transaction, Outbox outbox) {
        this(tasks, transaction, outbox, MOST_AT_WORK, PATIENCE);
    }

    TaskGroups(TaskStore tasks, TransactionTemplate transaction, Outbox outbox, int mostAtWork, Duration patience) {
        this.tasks = tasks;
        this.transaction = transaction;
        this.outbox = outbox;
        this.patience = patience;
        this.groups = new GroupCommit<>(this::createAll, TaskGroups::endsThePatience, mostAtWork, patience);
    }

    /**
     * Creates the task and offers its command to the relay.
     *
     * @return null where it was not created, and the caller has to find out why or try by itself
     * @throws ProblemException 503 where no group took it in time, or its group failed after that time; nothing was created
     * @throws DataAccessException where its group reached the limit of a statement or had no connection; nothing was created
     * @throws OutcomeUnknownException where the commit of its group was not confirmed
     */
    CreateOutcome.@Nullable Created create(NewTask task) {
        long until = System.nanoTime() + patience.toNanos();
        RequestPatience.endAt(until);
        CreateOutcome.Created created;
        try {
            created = groups.commit(task);
        } catch (TimeoutException e) {
            throw outOfTime();
        }
        if (created == null && System.nanoTime() - until >= 0) {
            throw outOfTime();
        }
        return created;
    }

    private static ProblemException outOfTime() {
        return ProblemException.unavailable(
                "The database did not answer in time. Nothing was changed; try again later.");
    }

    /**
     * Creates tasks that were asked for together, as a group of their own.
     *
     * @return null for each that was not created, and that the caller has to find out about or try by itself
     * @throws OutcomeUnknownException where the commit was not confirmed
     */
    List<CreateOutcome.@Nullable Created> createTogether(List<NewTask> group) {
        try {
            return createAll(group);
        } catch (RuntimeException e) {
            if (concernsAll(e)) {
                throw e;
            }
            return Collections.nCopies(group.size(), null);
        }
    }

    private List<CreateOutcome.@Nullable Created> createAll(List<NewTask> group) {
        List<CreateOutcome.@Nullable Created> created = transaction.execute(status -> tasks.createAll(group));
        outbox.created(created.stream().flatMap(Stream::ofNullable).toList());
        return created;
    }

    /** Whether nobody is to try by itself: for the group's reason, or because a statement took all the time that one has. */
    private static boolean endsThePatience(RuntimeException e) {
        return concernsAll(e) || QUERY_CANCELED.equals(sqlState(e));
    }

    /**
     * Whether each by itself would fare no better: there is no connection to the database, or the commit was not confirmed. After
     * the failure of a statement nothing was created, and each can try.
     */
    private static boolean concernsAll(RuntimeException e) {
        log.debug("a group of tasks failed: {}", e.toString());
        String state = sqlState(e);
        return !(e instanceof DataAccessException) || state == null || state.startsWith(CONNECTION_EXCEPTION);
    }

    private static @Nullable String sqlState(RuntimeException e) {
        return NestedExceptionUtils.getRootCause(e) instanceof SQLException failed ? failed.getSQLState() : null;
    }
}
