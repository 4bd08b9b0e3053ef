package dev.connections.group;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Does what several threads ask for at the same time by one transaction. Who finds few groups at work is a group by itself; while
 * they are at work, those who come form the next group, and the first of them leads it. Nobody waits for company, except who comes
 * first after a large group, a millisecond: what comes in bursts would else begin each with a group of one.
 *
 * @param <T> what a thread asks for
 * @param <R> what came of it
 */
public final class GroupCommit<T, R> {
    private static final int LARGEST = 64;
    private static final int MANY = 4;
    private static final Duration GATHER = Duration.ofMillis(1);

    private final Work<T, R> work;
    private final Predicate<RuntimeException> concernsAll;
    private final int mostAtWork;
    private final Duration patience;
    private final Duration gather;

    private final ReentrantLock lock = new ReentrantLock();
    /** As many wait as a group may have. */
    private final Condition enough = lock.newCondition();
    /** Those whom no leader has taken; empty unless as many groups as may be are at work. */
    private final Queue<Member<T, R>> waiting = new ArrayDeque<>();

    private int atWork;
    private int lastSize;

    /** What a group does. */
    public interface Work<T, R> {
        /**
         * Does all of it in one transaction. It has time limits: the members wait for it.
         *
         * @return what came of each, in the order of the group; null for one that has to try by itself
         * @throws RuntimeException where nothing was done, or where that is not known
         */
        List<@Nullable R> commit(List<T> group);
    }

    /**
     * Begins with no group at work.
     *
     * @param concernsAll whether a failure is the answer to each member; otherwise each has to try by itself, also one that was
     *     alone. An {@link Error} comes as the cause of an exception
     * @param mostAtWork how many groups are at work at once
     * @param patience how long a member waits for a group to take it
     */
    public GroupCommit(Work<T, R> work, Predicate<RuntimeException> concernsAll, int mostAtWork, Duration patience) {
        this(work, concernsAll, mostAtWork, patience, GATHER);
    }

    /** With another time to wait for company after a large group. */
    GroupCommit(
            Work<T, R> work,
            Predicate<RuntimeException> concernsAll,
            int mostAtWork,
            Duration patience,
            Duration gather) {
        this.work = work;
        this.concernsAll = concernsAll;
        this.mostAtWork = mostAtWork;
        this.patience = patience;
        this.gather = gather;
    }

    /** A thread that asks. Its group and its leader meet under the lock. */
    private static final class Member<T, R> {
        private final T asked;
        private final Condition changed;
        private State state = State.WAITS;
        private boolean interrupted;
        private @Nullable R result;
        private @Nullable RuntimeException failure;

        Member(T asked, Condition changed) {
            this.asked = asked;
            this.changed = changed;
        }

        void become(State next) {
            state = next;
            changed.signal();
        }
    }

    private enum State {
        WAITS,
        /** It came while fewer groups were at work than may be, and leads those who come in the same moment. */
        LEADS_FIRST,
        /** It is to lead those who wait, and no longer waits itself. */
        LEADS,
        /** Its group is at work. */
        TAKEN,
        DECIDED
    }

    /**
     * Does what is asked for in a group, and returns what came of it.
     *
     * @return null where nothing was done, and the caller has to try by itself
     * @throws TimeoutException where no group took it in time, or the thread was interrupted before; nothing was done
     * @throws RuntimeException what the transaction threw, if that concerns all
     */
    public @Nullable R commit(T asked) throws TimeoutException {
        Member<T, R> member = new Member<>(asked, lock.newCondition());
        // Made before it is the member's turn: whoever has the turn hands it on, whatever it meets.
        List<Member<T, R>> group = new ArrayList<>(LARGEST);
        group.add(member);
        try {
            if (isToLead(member)) {
                lead(group);
            }
            return result(member);
        } finally {
            if (member.interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable R result(Member<T, R> member) {
        lock.lock();
        try {
            if (member.failure != null) {
                throw member.failure;
            }
            return member.result;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the member's turn to lead a group; false once another one has led it. */
    private boolean isToLead(Member<T, R> member) throws TimeoutException {
        lock.lock();
        try {
            if (atWork < mostAtWork) {
                atWork++;
                member.state = State.LEADS_FIRST;
                return true;
            }
            waiting.add(member);
            if (waiting.size() >= LARGEST - 1) {
                enough.signalAll();
            }
            awaitTurn(member);
            return member.state == State.LEADS;
        } finally {
            lock.unlock();
        }
    }

    /** Adds those who wait to the group of their leader. */
    private void take(List<Member<T, R>> group) {
        lock.lock();
        try {
            Member<T, R> leader = group.getFirst();
            if (leader.state == State.LEADS_FIRST) {
                gather(leader);
            }
            while (group.size() < LARGEST && !waiting.isEmpty()) {
                Member<T, R> next = waiting.remove();
                next.state = State.TAKEN;
                group.add(next);
            }
            lastSize = group.size();
        } finally {
            lock.unlock();
        }
    }

    /** Lets others join, if the group before was large. */
    private void gather(Member<T, R> member) {
        if (lastSize < MANY) {
            return;
        }
        try {
            long left = gather.toNanos();
            while (left > 0 && waiting.size() < LARGEST - 1) {
                left = enough.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            member.interrupted = true;
        }
    }

    private void awaitTurn(Member<T, R> member) throws TimeoutException {
        long end = System.nanoTime() + patience.toNanos();
        while (member.state == State.WAITS || member.state == State.TAKEN) {
            try {
                if (member.state == State.TAKEN) {
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
    private void giveUp(Member<T, R> member) throws TimeoutException {
        if (waiting.remove(member)) {
            throw new TimeoutException("no group took it in time");
        }
    }

    private void lead(List<Member<T, R>> group) {
        List<@Nullable R> results = List.of();
        RuntimeException failure = null;
        try {
            take(group);
            results = work.commit(group.stream().map(member -> member.asked).toList());
        } catch (RuntimeException e) {
            failure = e;
            failure = concernsAll.test(e) ? e : null;
        } catch (Error e) {
            // Any member's work may have met it, and meets it again by itself.
            RuntimeException brokenOff = new IllegalStateException("the transaction of a group was broken off", e);
            failure = concernsAll.test(brokenOff) ? brokenOff : null;
            if (isOfProcess(e)) {
                throw e;
            }
        } finally {
            decide(group, results, failure);
        }
    }

    /** Whether a process that has met it cannot go on: who leads has to know, and nobody else is hindered. */
    private static boolean isOfProcess(Error e) {
        return e instanceof VirtualMachineError && !(e instanceof StackOverflowError);
    }

    /** Lets the members know, and the first of those who have come meanwhile lead the next group. */
    private void decide(List<Member<T, R>> group, List<@Nullable R> results, @Nullable RuntimeException failure) {
        lock.lock();
        try {
            for (int i = 0; i < group.size(); i++) {
                Member<T, R> member = group.get(i);
                member.result = i < results.size() ? results.get(i) : null;
                member.failure = failure;
                member.become(State.DECIDED);
            }
            // Removed, or the end of another group would choose it again, and one of the two would have no successor.
            Member<T, R> next = waiting.poll();
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
