package dev.connections.api.task;

import dev.connections.api.database.pool.OutcomeUnknownException;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.outbox.Outbox;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Creates the tasks of requests that come at the same time by one statement and one commit. Nobody waits for company: a request
 * that finds few groups at work is a group by itself; while they are at work, those who come form the next group, and the first
 * of them leads it.
 *
 * <p>What concerns only one member is not decided here: who is refused or would have to wait for a connection's lock decides by
 * itself, and so do all of them where their statement fails.
 */
@Component
class TaskGroups {
    private static final Logger log = LoggerFactory.getLogger(TaskGroups.class);
    private static final int MOST_AT_WORK = 2;
    private static final int LARGEST = 64;
    /** As long as a request waits for a connection of a busy pool. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** A class of SQLSTATE. */
    private static final String CONNECTION_EXCEPTION = "08";

    private final TaskStore tasks;
    private final TransactionTemplate transaction;
    private final Outbox outbox;
    private final Duration patience;

    private final ReentrantLock lock = new ReentrantLock();
    /** Those whom no leader has taken; empty unless as many groups as may be are at work. */
    private final Queue<Member> waiting = new ArrayDeque<>();

    private int atWork;

    @Autowired
    TaskGroups(TaskStore tasks, TransactionTemplate transaction, Outbox outbox) {
        this(tasks, transaction, outbox, PATIENCE);
    }

    TaskGroups(TaskStore tasks, TransactionTemplate transaction, Outbox outbox, Duration patience) {
        this.tasks = tasks;
        this.transaction = transaction;
        this.outbox = outbox;
        this.patience = patience;
    }

    /** A request. Its group and its leader meet under the lock. */
    private static final class Member {
        private final NewTask task;
        private final Condition changed;
        private State state = State.WAITS;
        private boolean interrupted;
        private CreateOutcome.@Nullable Created created;
        private @Nullable RuntimeException failure;

        Member(NewTask task, Condition changed) {
            this.task = task;
            this.changed = changed;
        }

        void become(State next) {
            state = next;
            changed.signal();
        }
    }

    private enum State {
        WAITS,
        /** It is to lead those who wait, and no longer waits itself. */
        LEADS,
        /** Its group is at work. */
        TAKEN,
        DECIDED
    }

    /**
     * Creates the task and offers its command to the relay.
     *
     * @return null where it was not created, and the caller has to find out why or try by itself
     * @throws ProblemException 503 where no group took it in time; nothing was created
     * @throws OutcomeUnknownException where the commit of its group was not confirmed
     */
    CreateOutcome.@Nullable Created create(NewTask task) {
        Member member = new Member(task, lock.newCondition());
        try {
            List<Member> group = join(member);
            if (!group.isEmpty()) {
                lead(group);
            }
            return result(member);
        } finally {
            if (member.interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private CreateOutcome.@Nullable Created result(Member member) {
        lock.lock();
        try {
            if (member.failure != null) {
                throw member.failure;
            }
            return member.created;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the group that the member is to lead, itself the first, or none once another one has led it. */
    private List<Member> join(Member member) {
        lock.lock();
        try {
            if (atWork < MOST_AT_WORK) {
                atWork++;
            } else {
                waiting.add(member);
                awaitTurn(member);
                if (member.state == State.DECIDED) {
                    return List.of();
                }
            }
            List<Member> group = new ArrayList<>(List.of(member));
            while (group.size() < LARGEST && !waiting.isEmpty()) {
                Member next = waiting.remove();
                next.state = State.TAKEN;
                group.add(next);
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void awaitTurn(Member member) {
        long end = System.nanoTime() + patience.toNanos();
        while (member.state == State.WAITS || member.state == State.TAKEN) {
            try {
                if (member.state == State.TAKEN) {
                    // Its leader has the time limits of a request.
                    member.changed.await();
                } else if (member.interrupted || member.changed.awaitNanos(end - System.nanoTime()) <= 0) {
                    giveUp(member);
                }
            } catch (InterruptedException e) {
                member.interrupted = true;
            }
        }
    }

    /** Unless it has been chosen in the same moment. */
    private void giveUp(Member member) {
        if (waiting.remove(member)) {
            throw ProblemException.unavailable(
                    "The database did not answer in time. Nothing was changed; try again later.");
        }
    }

    private void lead(List<Member> group) {
        List<CreateOutcome.@Nullable Created> created = List.of();
        RuntimeException failure = new IllegalStateException("the creation of a group of tasks was broken off");
        try {
            created = transaction.execute(status ->
                    tasks.createAll(group.stream().map(member -> member.task).toList()));
            failure = null;
        } catch (RuntimeException e) {
            failure = group.size() == 1 || concernsAll(e) ? e : null;
            log.debug("a group of {} tasks failed: {}", group.size(), e.toString());
        } finally {
            decide(group, created, failure);
        }
        // The commit was confirmed.
        outbox.committed(created.stream()
                .filter(Objects::nonNull)
                .map(CreateOutcome.Created::command)
                .toList());
    }

    /**
     * Whether each by itself would fare no better: there is no connection to the database, or the commit was not confirmed. After
     * the failure of a statement nothing was created, and each can try.
     */
    private static boolean concernsAll(RuntimeException e) {
        return !(e instanceof DataAccessException)
                || !(NestedExceptionUtils.getRootCause(e) instanceof SQLException failed)
                || failed.getSQLState() == null
                || failed.getSQLState().startsWith(CONNECTION_EXCEPTION);
    }

    /** Lets the members know, and the first of those who have come meanwhile lead the next group. */
    private void decide(
            List<Member> group, List<CreateOutcome.@Nullable Created> created, @Nullable RuntimeException failure) {
        lock.lock();
        try {
            for (int i = 0; i < group.size(); i++) {
                Member member = group.get(i);
                member.created = created.isEmpty() ? null : created.get(i);
                member.failure = failure;
                member.become(State.DECIDED);
            }
            // Removed, or the end of another group would choose it again, and one of the two would have no successor.
            Member next = waiting.poll();
            if (next == null) {
                atWork--;
            } else {
                next.become(State.LEADS);
            }
        } finally {
            lock.unlock();
        }
    }
}
