package dev.connections.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static final int AT_WORK = 2;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<List<Integer>> groups = new ConcurrentLinkedQueue<>();
    /** Of the first group that is at work; whoever waits is in the one that follows it. */
    private final CountDownLatch release = new CountDownLatch(1);

    private final CountDownLatch releaseOfOthers = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
        releaseOfOthers.countDown();
        threads.shutdownNow();
    }

    @Test
    void whoIsAloneIsAGroupByItself() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE);
        release.countDown();
        assertThat(commit.commit(10)).isEqualTo("10");
        assertThat(commit.commit(20)).isEqualTo("20");
        assertThat(groups).containsExactly(List.of(10), List.of(20));
    }

    @Test
    void thoseWhoComeWhileGroupsAreAtWorkAreOneGroupAndEachGetsItsOwn() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE);
        List<Future<@Nullable String>> all = new ArrayList<>(busy(commit));
        all.addAll(begin(commit, 10, 49));
        awaitWaiting(40);
        release.countDown();
        awaitWaiting(0);
        releaseOfOthers.countDown();
        List<String> results = new ArrayList<>();
        for (Future<@Nullable String> one : all) {
            results.add(String.valueOf(one.get()));
        }
        assertThat(results.subList(AT_WORK, results.size()))
                .isEqualTo(
                        IntStream.rangeClosed(10, 49).mapToObj(String::valueOf).toList());
        assertThat(groups).hasSize(AT_WORK + 1).extracting(List::size).contains(40);
    }

    @Test
    void noGroupIsLargerThanTheLargest() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE);
        List<Future<@Nullable String>> all = new ArrayList<>(busy(commit));
        all.addAll(begin(commit, 1_000, 1_149));
        awaitWaiting(150);
        release.countDown();
        releaseOfOthers.countDown();
        for (Future<@Nullable String> one : all) {
            assertThat(one.get()).isNotNull();
        }
        assertThat(groups).allMatch(group -> group.size() <= 64);
    }

    @Test
    void afterAFailureEachTriesByItself() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE);
        List<Future<@Nullable String>> first = busy(commit);
        List<Future<@Nullable String>> others = new ArrayList<>(begin(commit, 20, 24));
        others.addAll(begin(commit, -1, -1));
        awaitWaiting(6);
        release.countDown();
        for (Future<@Nullable String> one : others) {
            assertThat(one.get()).isNull();
        }
        assertThat(first.getFirst().get()).isNotNull();
        assertThat(commit.commit(-1)).as("alone").isNull();
    }

    @Test
    void aFailureThatConcernsAllIsTheAnswerToEach() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE);
        busy(commit);
        List<Future<@Nullable String>> others = new ArrayList<>(begin(commit, 20, 24));
        others.addAll(begin(commit, -2, -2));
        awaitWaiting(6);
        release.countDown();
        for (Future<@Nullable String> one : others) {
            assertThatThrownBy(one::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("nobody knows");
        }
    }

    @Test
    void anErrorIsNotTheAnswerToAnybodyAndEachTriesByItself() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE);
        busy(commit);
        List<Future<@Nullable String>> others = new ArrayList<>(begin(commit, 20, 24));
        others.addAll(begin(commit, -3, -3));
        awaitWaiting(6);
        release.countDown();
        for (Future<@Nullable String> one : others) {
            assertThat(one.get()).isNull();
        }
        assertThat(commit.commit(-3)).as("alone").isNull();
        releaseOfOthers.countDown();
        assertEveryPlaceIsFree(commit);
    }

    /** The leader is the first of those who wait, whoever brought the work that met it. */
    @Test
    void aLeaderWhoseProcessIsOutOfMemoryLearnsItAndHandsItsPlaceOn() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE, 1, Duration.ofMillis(1));
        begin(commit, 0, 0);
        await().until(() -> groups.size() == 1);
        List<Future<@Nullable String>> others = new ArrayList<>(begin(commit, -4, -4));
        awaitWaiting(1);
        others.addAll(begin(commit, 20, 100));
        awaitWaiting(82);
        release.countDown();
        assertThatThrownBy(() -> others.getFirst().get()).hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(groups).element(1).asInstanceOf(LIST).hasSize(64);
        int alone = 0;
        for (Future<@Nullable String> one : others.subList(1, others.size())) {
            alone += one.get(1, TimeUnit.MINUTES) == null ? 1 : 0;
        }
        assertThat(alone).as("the others of the group").isEqualTo(63);
        assertEveryPlaceIsFree(commit);
    }

    private static void assertEveryPlaceIsFree(GroupCommit<Integer, String> commit) throws TimeoutException {
        for (int i = 10; i < 10 + 2 * AT_WORK; i++) {
            assertThat(commit.commit(i)).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void whoIsNotTakenInTimeLeavesAndNothingIsDoneForIt() throws Exception {
        GroupCommit<Integer, String> commit = commit(Duration.ofMillis(20));
        List<Future<@Nullable String>> first = busy(commit);
        assertThatThrownBy(() -> commit.commit(7)).isInstanceOf(TimeoutException.class);
        release.countDown();
        releaseOfOthers.countDown();
        for (Future<@Nullable String> one : first) {
            assertThat(one.get()).isNotNull();
        }
        assertThat(groups).doesNotContain(List.of(7));
        assertThat(commit.commit(8)).isEqualTo("8");
    }

    @Test
    void whoIsInterruptedBeforeItIsTakenLeavesAndStaysInterrupted() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE);
        busy(commit);
        Future<Boolean> interrupted = threads.submit(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> commit.commit(7)).isInstanceOf(TimeoutException.class);
            return Thread.currentThread().isInterrupted();
        });
        assertThat(interrupted.get()).isTrue();
        release.countDown();
        assertThat(groups).doesNotContain(List.of(7));
    }

    @Test
    void whoComesAfterALargeGroupWaitsForCompany() throws Exception {
        GroupCommit<Integer, String> commit = commit(MINUTE, 1, Duration.ofHours(1));
        List<Future<@Nullable String>> all = new ArrayList<>(begin(commit, 0, 0));
        await().until(() -> groups.size() == 1);
        all.addAll(begin(commit, 10, 19));
        awaitWaiting(10);
        release.countDown();
        awaitAll(all);
        groups.clear();

        awaitAll(begin(commit, 100, 163));

        assertThat(groups).singleElement().satisfies(group -> assertThat(group).hasSize(64));
    }

    private static void awaitAll(List<Future<@Nullable String>> all) throws Exception {
        for (Future<@Nullable String> one : all) {
            assertThat(one.get(1, TimeUnit.MINUTES)).isNotNull();
        }
    }

    /** The work waits for the release; negative numbers fail, each in its way. */
    private GroupCommit<Integer, String> commit(Duration patience) {
        return commit(patience, AT_WORK, Duration.ofMillis(1));
    }

    private GroupCommit<Integer, String> commit(Duration patience, int atWork, Duration gather) {
        return new GroupCommit<>(
                group -> {
                    groups.add(group);
                    awaitRelease(group.equals(List.of(AT_WORK - 1)) ? releaseOfOthers : release);
                    group.forEach(GroupCommitTest::fail);
                    return group.stream().<@Nullable String>map(String::valueOf).toList();
                },
                e -> "nobody knows".equals(e.getMessage()),
                atWork,
                patience,
                gather);
    }

    private static void fail(int asked) {
        switch (asked) {
            case -1 -> throw new IllegalArgumentException("refused");
            case -2 -> throw new IllegalStateException("nobody knows");
            case -3 -> throw new StackOverflowError("broken");
            case -4 -> throw new OutOfMemoryError("broken");
            default -> {
                // It succeeds.
            }
        }
    }

    private static void awaitRelease(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As many groups as may be are at work. */
    private List<Future<@Nullable String>> busy(GroupCommit<Integer, String> commit) {
        List<Future<@Nullable String>> first = begin(commit, 0, AT_WORK - 1);
        await().until(() -> groups.size() == AT_WORK);
        return first;
    }

    private List<Future<@Nullable String>> begin(GroupCommit<Integer, String> commit, int from, int to) {
        List<Future<@Nullable String>> begun = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            int asked = i;
            begun.add(threads.submit(() -> commit.commit(asked)));
        }
        return begun;
    }

    private static void awaitWaiting(int count) {
        await().until(() -> Thread.getAllStackTraces().values().stream()
                        .filter(stack -> IntStream.range(0, stack.length)
                                .anyMatch(i -> stack[i].getMethodName().equals("awaitTurn")))
                        .count()
                == count);
    }
}
