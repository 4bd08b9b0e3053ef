package dev.connections.api.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.api.RunningApi;
import dev.connections.api.database.pool.OutcomeUnknownException;
import dev.connections.api.http.problem.FailureProblems;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.json.Ids;
import dev.connections.lab.LossyNetwork;
import dev.connections.outbox.Outbox;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/** Requests that create tasks while others do. */
class TaskGroupsTest {
    /** Whoever comes while it is at work is in the one group that follows. */
    private static final int AT_WORK = 1;

    private static final String REFUSE = """
            create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
            create trigger refuse before insert on task
                for each row when (new.connection_key = '%s') execute function refuse()""";

    private final RunningApi api = RunningApi.get();
    private final HeldTransactions transactions = new HeldTransactions(api.bean(PlatformTransactionManager.class));
    private final TaskGroups groups = groups(AT_WORK, Duration.ofMinutes(1));
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        clients.shutdownNow();
    }

    @Test
    void thoseWhoComeWhileGroupsAreAtWorkAreCreatedTogether() throws Exception {
        List<String> keys = keys(30);
        List<Future<Optional<CreateOutcome.Created>>> first;
        List<Future<Optional<CreateOutcome.Created>>> later;
        try (Hold hold = transactions.hold()) {
            first = begin(groups, keys(AT_WORK));
            hold.awaitHeld(AT_WORK);
            later = begin(groups, keys);
            await().until(() -> waiting() == keys.size());
        }
        assertThat(results(first)).doesNotContain(Optional.empty());
        assertThat(results(later)).doesNotContain(Optional.empty());
        assertThat(transactions(keys)).isEqualTo(1);
    }

    @Test
    void ofThoseThatAskForTheSameOneIsCreatedAndTheOthersAreTold() throws Exception {
        String same = keys(1).getFirst();
        String another = keys(1).getFirst();
        List<String> keys = new ArrayList<>(Collections.nCopies(20, same));
        keys.add(another);
        List<Future<Optional<CreateOutcome.Created>>> asked = beginTogether(keys);
        List<Optional<CreateOutcome.Created>> results = results(asked);
        assertThat(results.getLast()).isPresent();
        assertThat(results.subList(0, 20)).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(tasks(same)).isEqualTo(1);
    }

    @Test
    void aConnectionThatSomebodyHoldsDelaysNobodyElse() throws Exception {
        List<String> keys = keys(5);
        try (Connection holder = api.postgres().connect("connections");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from connection where connection_key = '" + keys.getFirst() + "' for update");
            List<Future<Optional<CreateOutcome.Created>>> asked = beginTogether(keys);
            List<Optional<CreateOutcome.Created>> results = results(asked);
            assertThat(results.getFirst()).isEmpty();
            assertThat(results.subList(1, 5)).doesNotContain(Optional.empty());
            assertThat(transactions(keys)).isEqualTo(1);
            holder.rollback();
        }
        assertThat(groups.create(validation(keys.getFirst()))).isNotNull();
    }

    @Test
    void aTaskThatSomebodyIsJustCreatingDelaysTheOthersLittle() throws Exception {
        List<String> keys = keys(5);
        try (Connection other = api.postgres().connect("connections");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("""
                    insert into task (id, connection_id, connection_key, type, input, status, trigger, created_by,
                                      latest_run_id)
                    select gen_random_uuid(), id, connection_key, 'VALIDATE', '{}', 'PENDING', 'MANUAL', 'other',
                           gen_random_uuid()
                      from connection where connection_key = '%s'""".formatted(keys.getFirst()));
            assertThat(results(beginTogether(keys)))
                    .as("each tries by itself, as the statement may wait for a tenth of a second only")
                    .containsOnly(Optional.empty());
            assertThat(groups.create(validation(keys.getLast()))).isNotNull();
            other.rollback();
        }
        assertThat(groups.create(validation(keys.getFirst()))).isNotNull();
    }

    /** However groups end and begin beside each other, each end is followed by one beginning. */
    @Test
    void asManyGroupsAsBeforeAreAtWorkAfterMany() throws Exception {
        int atWork = 2;
        TaskGroups several = groups(atWork, Duration.ofMinutes(1));
        List<String> keys = keys(40);
        List<Future<Integer>> busy = keys.stream()
                .map(key -> clients.submit(() -> {
                    int created = 0;
                    for (int i = 0; i < 50; i++) {
                        created += several.create(crawl(key)) == null ? 0 : 1;
                    }
                    return created;
                }))
                .toList();
        for (Future<Integer> client : busy) {
            assertThat(client.get()).isEqualTo(50);
        }
        List<Future<Optional<CreateOutcome.Created>>> last;
        try (Hold hold = transactions.hold()) {
            last = begin(several, keys.subList(0, atWork));
            hold.awaitHeld(atWork);
        }
        assertThat(results(last)).doesNotContain(Optional.empty());
    }

    /** Of something else each time. */
    private static NewTask crawl(String key) {
        return new NewTask(key, TaskType.CRAWL, TaskInput.of(Ids.next()), TaskTrigger.MANUAL, "test", null);
    }

    @Test
    void whoIsNotTakenInTimeHasCreatedNothing() throws Exception {
        String key = keys(1).getFirst();
        TaskGroups impatient = groups(AT_WORK, Duration.ofMillis(50));
        List<Future<Optional<CreateOutcome.Created>>> first;
        try (Hold hold = transactions.hold()) {
            first = begin(impatient, keys(AT_WORK));
            hold.awaitHeld(AT_WORK);
            assertThatThrownBy(() -> impatient.create(validation(key)))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("Nothing was changed");
        }
        assertThat(results(first)).doesNotContain(Optional.empty());
        assertThat(tasks(key)).isZero();
        assertThat(impatient.create(validation(key))).isNotNull();
    }

    @Test
    void whereTheStatementFailsEachIsLeftToDecideByItself() throws Exception {
        List<String> keys = keys(10);
        String bad = keys.get(4);
        api.postgres().execute("connections", REFUSE.formatted(bad));
        try {
            List<Future<Optional<CreateOutcome.Created>>> asked = beginTogether(keys);
            assertThat(results(asked)).containsOnly(Optional.empty());
            for (String key : keys) {
                assertThat(tasks(key)).isZero();
                assertThat(api.post("/api/connections/" + key + "/validate", null)
                                .status())
                        .isEqualTo(key.equals(bad) ? 500 : 202);
            }
        } finally {
            api.postgres().execute("connections", "drop function refuse() cascade");
        }
    }

    @Test
    void whoseGroupFailsAfterItsTimeDoesNotTryByItself() throws Exception {
        String key = keys(1).getFirst();
        TaskGroups impatient = groups(AT_WORK, Duration.ofMillis(50));
        api.postgres().execute("connections", REFUSE.formatted(key));
        try {
            Future<Optional<CreateOutcome.Created>> asked;
            try (Hold hold = transactions.hold()) {
                long begun = System.nanoTime();
                asked = begin(impatient, List.of(key)).getFirst();
                hold.awaitHeld(AT_WORK);
                await().until(() ->
                        System.nanoTime() - begun > Duration.ofMillis(50).toNanos());
            }
            assertThatThrownBy(asked::get)
                    .hasCauseInstanceOf(ProblemException.class)
                    .hasMessageContaining("Nothing was changed");
        } finally {
            api.postgres().execute("connections", "drop function refuse() cascade");
        }
        assertThat(tasks(key)).isZero();
    }

    @Test
    void aStatementThatTakesTheTimeOfARequestIsNotTriedAgain() {
        String path = api.newConnection();
        String key = path.substring(path.lastIndexOf('/') + 1);
        // A sequence counts also what is rolled back.
        api.postgres().execute("connections", """
                create sequence tried;
                grant usage on sequence tried to api;
                create function hang() returns trigger language plpgsql as $$
                begin perform nextval('tried'); perform pg_sleep(30); return new; end $$;
                create trigger hang before insert on task
                    for each row when (new.connection_key = '%s') execute function hang()""".formatted(key));
        try {
            assertThat(api.post(path + "/validate", null).isProblem(503).at("/detail"))
                    .contains("Nothing was changed");
            assertThat(api.database()
                            .sql("select nextval('tried') - 1")
                            .query(Long.class)
                            .single())
                    .isEqualTo(1);
        } finally {
            api.postgres().execute("connections", "drop function hang() cascade; drop sequence tried");
        }
        assertThat(tasks(key)).isZero();
        api.post(path + "/validate", null).is(202);
    }

    /** The server has committed, and the session was cut before the answer. */
    @Test
    void whoseCommitIsNotConfirmedIsToldThatTheTaskMayOrMayNotBeThere() throws Exception {
        List<String> keys = keys(10);
        try (LossyNetwork network = new LossyNetwork(api.postgres().port());
                ConfigurableApplicationContext service = api.startAnother(
                        "--spring.datasource.hikari.jdbc-url=jdbc:postgresql://127.0.0.1:" + network.port()
                                + "/connections",
                        "--connections.secrets.keyset=" + api.keyset(),
                        "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:"
                                + api.tokens().publicKeyFile())) {
            HeldTransactions lossy = new HeldTransactions(service.getBean(PlatformTransactionManager.class));
            TaskGroups through = new TaskGroups(
                    service.getBean(TaskStore.class),
                    lossy,
                    service.getBean(Outbox.class),
                    AT_WORK,
                    Duration.ofMinutes(1));
            List<Future<Optional<CreateOutcome.Created>>> asked = new ArrayList<>();
            try (Hold hold = lossy.hold()) {
                asked.addAll(begin(through, keys.subList(0, 1)));
                hold.awaitHeld(AT_WORK);
                asked.addAll(begin(through, keys.subList(1, 10)));
                await().until(() -> waiting() == 9);
                network.loseCommits(2);
            }
            for (Future<Optional<CreateOutcome.Created>> one : asked) {
                assertThatThrownBy(one::get)
                        .cause()
                        .isInstanceOfSatisfying(
                                OutcomeUnknownException.class,
                                unknown -> assertThat(FailureProblems.ofPart(unknown))
                                        .hasMessageContaining("may or may not be applied"));
            }
        }
        assertThat(keys).allSatisfy(key -> assertThat(tasks(key)).isEqualTo(1));
        assertThat(transactions(keys)).isEqualTo(2);
    }

    private TaskGroups groups(int atWork, Duration patience) {
        return new TaskGroups(api.bean(TaskStore.class), transactions, api.bean(Outbox.class), atWork, patience);
    }

    /** The keys of new connections. */
    private List<String> keys(int count) {
        return Stream.generate(api::newConnection)
                .limit(count)
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();
    }

    /** Transactions that can be held before they begin. */
    private static final class HeldTransactions extends TransactionTemplate {
        private volatile @Nullable Hold hold;

        HeldTransactions(PlatformTransactionManager manager) {
            super(manager);
        }

        Hold hold() {
            Hold begun = new Hold();
            hold = begun;
            return begun;
        }

        @Override
        public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
            Hold held = hold;
            if (held != null) {
                held.await();
            }
            return super.execute(action);
        }
    }

    /** Lets the transactions go when it is closed. */
    private static final class Hold implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);
        private final AtomicInteger held = new AtomicInteger();

        void await() {
            held.incrementAndGet();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void awaitHeld(int count) {
            Awaitility.await().until(() -> held.get() == count);
        }

        @Override
        public void close() {
            end.countDown();
        }
    }

    private List<Future<Optional<CreateOutcome.Created>>> begin(TaskGroups through, List<String> keys) {
        return keys.stream()
                .map(key -> clients.submit(() -> Optional.ofNullable(through.create(validation(key)))))
                .toList();
    }

    /** Begins them while a group is at work, so that they wait for each other's company. */
    private List<Future<Optional<CreateOutcome.Created>>> beginTogether(List<String> keys) {
        try (Hold hold = transactions.hold()) {
            begin(groups, keys(AT_WORK));
            hold.awaitHeld(AT_WORK);
            List<Future<Optional<CreateOutcome.Created>>> asked = begin(groups, keys);
            await().until(() -> waiting() == keys.size());
            return asked;
        }
    }

    private static List<Optional<CreateOutcome.Created>> results(List<Future<Optional<CreateOutcome.Created>>> asked)
            throws Exception {
        List<Optional<CreateOutcome.Created>> results = new ArrayList<>();
        for (Future<Optional<CreateOutcome.Created>> one : asked) {
            results.add(one.get());
        }
        return results;
    }

    private static long waiting() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack ->
                        Stream.of(stack).anyMatch(frame -> frame.getMethodName().equals("awaitTurn")))
                .count();
    }

    private static NewTask validation(String key) {
        return new NewTask(key, TaskType.VALIDATE, TaskInput.DEFAULT, TaskTrigger.MANUAL, "test", null);
    }

    private long tasks(String key) {
        return api.database()
                .sql("select count(*) from task where connection_key = ? and type = 'VALIDATE'")
                .param(key)
                .query(Long.class)
                .single();
    }

    private long transactions(List<String> keys) {
        return api.database()
                .sql("select count(distinct r.xmin::text) from task_run r join task t on t.id = r.task_id"
                        + " where t.connection_key = any(?) and t.type = 'VALIDATE'")
                .param(keys.toArray(String[]::new))
                .query(Long.class)
                .single();
    }
}
