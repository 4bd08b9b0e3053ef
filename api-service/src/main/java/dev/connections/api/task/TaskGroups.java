package dev.connections.api.task;

import dev.connections.api.database.pool.OutcomeUnknownException;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.outbox.Outbox;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskStore;
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
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
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
    /** A group waits for nobody who holds a connection, so it ends soon unless the database hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final TaskStore tasks;
    private final TransactionTemplate transaction;
    private final Outbox outbox;
    private final Duration patience;

    private final ReentrantLock lock = new ReentrantLock();
    /** Empty unless as many groups as may be are at work. */
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
        /** The first of those who wait is to lead them. */
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
        List<Member> group = join(member);
        if (!group.isEmpty()) {
            lead(group);
        }
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

    /** Returns the group that the member is to lead, or none once another one has led it. */
    private List<Member> join(Member member) {
        lock.lock();
        try {
            waiting.add(member);
            if (atWork < MOST_AT_WORK) {
                atWork++;
            } else if (awaitTurn(member) == State.DECIDED) {
                return List.of();
            }
            List<Member> group = new ArrayList<>();
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

    private State awaitTurn(Member member) {
        long left = patience.toNanos();
        boolean interrupted = false;
        while (member.state == State.WAITS || member.state == State.TAKEN) {
            if (member.state == State.WAITS && left <= 0) {
                waiting.remove(member);
                throw ProblemException.unavailable(
                        "The database did not answer in time. Nothing was changed; try again later.");
            }
            try {
                if (member.state == State.TAKEN) {
                    // Its leader has the time limits of a request.
                    member.changed.await();
                } else {
                    left = member.changed.awaitNanos(left);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return member.state;
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

    /** Not the failure of a statement, after which nothing was created and each can try by itself. */
    private static boolean concernsAll(RuntimeException e) {
        return !(e instanceof DataAccessException) || e instanceof DataAccessResourceFailureException;
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
            Member next = waiting.peek();
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
