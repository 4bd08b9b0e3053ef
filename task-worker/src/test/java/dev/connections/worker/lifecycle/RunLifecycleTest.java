package dev.connections.worker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.json.Json;
import dev.connections.task.CancelOutcome;
import dev.connections.task.ErrorCode;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunStatus;
import dev.connections.task.RunSweep;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import dev.connections.worker.catalog.CatalogLock;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.RunFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunLifecycleTest {
    static final Outcome DONE = new Outcome.Succeeded(new Effect() {
        @Override
        public Object apply(JdbcClient jdbc) {
            return Map.of("objectsDeleted", 0);
        }
    });

    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Queue<String> executed = new ConcurrentLinkedQueue<>();
    private Service service;

    @BeforeAll
    void start() {
        service = new Service();
        // A heartbeat that only looks: the tests decide when a lease runs out.
        String[] noExtensions = {
            "connections.worker.heartbeat=1h",
            "connections.worker.lease=1h",
            "connections.worker.limits.delete=1s",
            "connections.worker.source.silence=1s"
        };
        service.startWorker("first", execution -> play("first", execution), noExtensions);
        service.startWorker("second", execution -> play("second", execution), noExtensions);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aTaskWhoseCreatorDiedAfterTheCommitStillRunsOnce() {
        TaskCommand task = service.create(service.connection(), TaskType.VALIDATE);
        service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED);
        assertThat(executed)
                .filteredOn(run -> run.endsWith(task.runId().toString()))
                .hasSize(1);
        assertThat(service.story(task.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>SUCCEEDED");
        await().atMost(Service.LIMIT)
                .untilAsserted(() -> assertThat(outboxRows()).isZero());
    }

    @Test
    void aRetryableFailureMakesANewRunAndTheLastOneCounts() {
        String connection = service.connection();
        scripts.put(connection, execution -> {
            if (execution.run().attempt() < 3) {
                throw new RunFailedException(ErrorCode.CONNECTION_REFUSED, "not yet", null);
            }
            return DONE;
        });
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED);
        assertThat(service.runs(task.taskId()))
                .extracting(run -> run.get("status"))
                .containsExactly("FAILED", "FAILED", "SUCCEEDED");
        assertThat(service.story(task.taskId()))
                .hasSize(9)
                .startsWith("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>FAILED", "2:>PENDING");
    }

    @Test
    void anErrorThatNoRetryHelpsEndsTheTaskAtOnce() {
        String connection = service.connection();
        scripts.put(connection, execution -> {
            throw new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, "wrong password", null);
        });
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        service.awaitStatus(task.taskId(), RunStatus.FAILED);
        assertThat(service.runs(task.taskId())).hasSize(1);
        assertThat(service.runs(task.taskId()).getFirst().get("error").toString())
                .contains("AUTHENTICATION_FAILED");
    }

    @Test
    void aRunningRunThatIsCanceledStopsItsWork() {
        String connection = service.connection();
        CountDownLatch stopped = new CountDownLatch(1);
        scripts.put(connection, execution -> {
            execution.onStop(stopped::countDown);
            stopped.await();
            execution.checkNotStopped();
            return DONE;
        });
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        service.awaitStatus(task.taskId(), RunStatus.RUNNING);
        assertThat(service.tasks.cancel(task.runId(), "somebody")).isEqualTo(CancelOutcome.REQUESTED);
        service.awaitStatus(task.taskId(), RunStatus.CANCELED);
        assertThat(service.tasks.cancel(task.runId(), "somebody else")).isEqualTo(CancelOutcome.ENDED_ALREADY);
        assertThat(service.runs(task.taskId()).getFirst().get("canceled_by")).isEqualTo("somebody");
    }

    @Test
    void aRunThatFailsAfterItsCancellationWasAskedForIsNotTriedAgain() {
        String connection = service.connection();
        scripts.put(connection, execution -> {
            assertThat(service.tasks.cancel(execution.run().runId(), "somebody"))
                    .isEqualTo(CancelOutcome.REQUESTED);
            // Before the worker learns of it.
            throw new RunFailedException(ErrorCode.CONNECTION_REFUSED, "not now", null);
        });
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        await().until(() -> service.status(task.taskId()).isTerminal());
        assertThat(service.runs(task.taskId())).hasSize(1);
    }

    @Test
    void aRunThatIsCanceledInsideAStatementOfThisServicesDatabaseIsCanceled() {
        String connection = service.connection();
        CountDownLatch stopped = new CountDownLatch(1);
        scripts.put(connection, execution -> {
            execution.onStop(stopped::countDown);
            stopped.await();
            throw new QueryTimeoutException("canceling statement due to user request");
        });
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        service.awaitStatus(task.taskId(), RunStatus.RUNNING);
        service.tasks.cancel(task.runId(), "somebody");
        service.awaitStatus(task.taskId(), RunStatus.CANCELED);
        assertThat(service.story(task.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>CANCELED");
    }

    @Test
    void aRunWhoseWorkerIsGoneIsTakenOverAndTheLateOutcomeChangesNothing() {
        String connection = service.connection();
        Set<Integer> epochs = ConcurrentHashMap.newKeySet();
        CountDownLatch tookOver = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        scripts.put(connection, execution -> {
            epochs.add(execution.run().epoch());
            if (execution.run().epoch() == 1) {
                tookOver.await();
                throw new RunFailedException(ErrorCode.PERMISSION_DENIED, "too late", null);
            }
            tookOver.countDown();
            finished.await();
            return DONE;
        });
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        service.awaitStatus(task.taskId(), RunStatus.RUNNING);
        loseLease(task);
        await().atMost(Service.LIMIT).untilAsserted(() -> assertThat(epochs).containsExactlyInAnyOrder(1, 2));
        finished.countDown();
        service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED);
        assertThat(service.story(task.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>RUNNING", "1:RUNNING>SUCCEEDED");
    }

    @Test
    void whatALateOutcomeDoesToTheCatalogIsUndoneWithIt() throws Exception {
        String connection = service.connection();
        CountDownLatch overtaken = new CountDownLatch(1);
        CountDownLatch undone = new CountDownLatch(1);
        scripts.put(
                connection,
                execution -> new Outcome.Succeeded(
                        execution.run().epoch() == 1
                                ? new Finding(execution, overtaken, undone)
                                : new Finding(execution, new CountDownLatch(0), new CountDownLatch(1))));
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        service.awaitStatus(task.taskId(), RunStatus.RUNNING);
        loseLease(task);
        service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED);
        overtaken.countDown();
        undone.await();
        assertThat(service.jdbc
                        .sql("select o.name from data_object o join connection c on c.id = o.connection_id"
                                + " where c.connection_key = :key")
                        .param("key", connection)
                        .query(String.class)
                        .list())
                .containsExactly("found by epoch 2");
        assertThat(service.story(task.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>RUNNING", "1:RUNNING>SUCCEEDED");
    }

    /** An object for the catalog, which is written in the run's last transaction when that may go on. */
    private record Finding(Execution execution, CountDownLatch go, CountDownLatch ended) implements Effect {
        private static final String INSERT = """
                insert into data_object (id, connection_id, root_id, name, type, normalized_type, path, path_types,
                                         remote_scope, remote_id, content_hash, created_by, updated_by)
                values (:id, :connection, :id, :name, 'DATABASE', 'DATABASE', array[:name], array['DATABASE'], '', :name,
                        '', 'test', 'test')
                """;

        @Override
        public Object apply(JdbcClient jdbc) {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            jdbc.sql(INSERT)
                    .param("id", UUID.randomUUID())
                    .param("connection", execution.target().connectionId())
                    .param("name", "found by epoch " + execution.run().epoch())
                    .update();
            return Map.of();
        }

        @Override
        public void close() {
            ended.countDown();
        }
    }

    @Test
    void aConnectionAtItsLimitMakesTheOthersWaitWithoutASlot() {
        String connection = service.connection();
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        scripts.put(connection, execution -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            go.await();
            atOnce.decrementAndGet();
            return DONE;
        });
        List<TaskCommand> tasks = Stream.generate(() -> service.createCrawlOf(connection, UUID.randomUUID()))
                .limit(6)
                .toList();
        await().atMost(Service.LIMIT)
                .untilAsserted(() -> assertThat(limited(connection)).isEqualTo(4));
        TaskCommand other = service.create(service.connection(), TaskType.CRAWL);
        service.awaitStatus(other.taskId(), RunStatus.SUCCEEDED);
        go.countDown();
        tasks.forEach(task -> service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED));
        assertThat(most.get()).isEqualTo(2);
    }

    @Test
    void fiveHundredWaitingTasksOfOneConnectionDoNotDelayAnothersSingleOne() {
        String crowded = service.connection();
        CountDownLatch go = new CountDownLatch(1);
        scripts.put(crowded, execution -> {
            go.await();
            return DONE;
        });
        List<TaskCommand> tasks = Stream.generate(() -> service.createCrawlOf(crowded, UUID.randomUUID()))
                .limit(500)
                .toList();
        TaskCommand single = service.create(service.connection(), TaskType.CRAWL);
        service.awaitStatus(single.taskId(), RunStatus.SUCCEEDED);
        // Not because the crowd was done, nor because it had not come yet: it takes its two places and waits.
        await().atMost(Service.LIMIT)
                .untilAsserted(() -> assertThat(limited(crowded)).isEqualTo(498));
        TaskCommand late = service.create(service.connection(), TaskType.CRAWL);
        service.awaitStatus(late.taskId(), RunStatus.SUCCEEDED);
        assertThat(tasks)
                .filteredOn(task -> service.status(task.taskId()) == RunStatus.RUNNING)
                .hasSize(2);
        service.inTransaction(() -> tasks.forEach(task -> service.tasks.cancel(task.runId(), "test")));
        go.countDown();
        await().atMost(Service.LIMIT)
                .untilAsserted(() -> assertThat(tasks)
                        .allMatch(task -> service.status(task.taskId()).isTerminal()));
    }

    @Test
    void aCrawlThatCannotConnectMakesItsConnectionUnhealthyWhateverTheError() {
        TaskError error = TaskError.of(ErrorCode.REMOTE_ERROR, "database \"nowhere\" does not exist");
        String unreached = service.connection();
        scripts.put(unreached, execution -> {
            throw RunFailedException.notConnected(error, null);
        });
        String reached = service.connection();
        scripts.put(reached, execution -> {
            throw new RunFailedException(error, null);
        });
        for (String connection : List.of(unreached, reached)) {
            service.awaitStatus(service.create(connection, TaskType.CRAWL).taskId(), RunStatus.FAILED);
        }
        assertThat(state(unreached)).isEqualTo("UNHEALTHY REMOTE_ERROR");
        assertThat(state(reached)).isEqualTo("ACTIVE");
    }

    @Test
    void aRunWhoseConnectionIsDeletedMeanwhileIsCanceled() {
        String connection = service.connection();
        UUID id = service.jdbc
                .sql("select id from connection where connection_key = ?")
                .param(connection)
                .query(UUID.class)
                .single();
        scripts.put(
                connection,
                execution -> new Outcome.Succeeded(jdbc -> {
                    delete(connection);
                    CatalogLock.take(service.jdbc, id);
                    return "";
                }));
        assertCanceledBySystem(service.create(connection, TaskType.CRAWL));
    }

    @Test
    void aRunThatIsClaimedAfterItsConnectionWasDeletedIsCanceled() {
        String connection = service.connection();
        List<TaskCommand> late = new ArrayList<>();
        service.inTransaction(() -> {
            late.add(service.create(connection, TaskType.CRAWL));
            delete(connection);
        });
        assertCanceledBySystem(late.getFirst());
    }

    private void assertCanceledBySystem(TaskCommand task) {
        service.awaitStatus(task.taskId(), RunStatus.CANCELED);
        assertThat(service.runs(task.taskId()))
                .singleElement()
                .satisfies(run ->
                        assertThat(run).containsEntry("canceled_by", "system").containsEntry("error", null));
    }

    private void delete(String connection) {
        service.jdbc
                .sql("delete from connection where connection_key = ?")
                .param(connection)
                .update();
    }

    @Test
    void anUnreadableCommandIsPutAsideAndTheLaneGoesOn() throws Exception {
        byte[] garbage = "{\"runId\": 7, \"type\": ".getBytes(StandardCharsets.UTF_8);
        service.send(TaskType.VALIDATE.topic(), "odd", garbage);
        service.send(TaskType.VALIDATE.topic(), "empty", null);
        service.send(TaskType.VALIDATE.topic(), "null", "null".getBytes(StandardCharsets.UTF_8));
        service.send(TaskType.VALIDATE.topic(), "binary", new byte[] {(byte) 0xff, 0, 1});
        service.send(TaskType.VALIDATE.topic(), "shape", "{\"runId\": 7}".getBytes(StandardCharsets.UTF_8));
        // As large as a producer sends by default; the letter is larger.
        String large = "x".repeat(1_048_000);
        service.send(TaskType.VALIDATE.topic(), "large", large.getBytes(StandardCharsets.UTF_8));
        TaskCommand task = service.create(service.connection(), TaskType.VALIDATE);
        TaskCommand astray = new TaskCommand(task.runId(), task.taskId(), TaskType.DELETE);
        service.send(TaskType.VALIDATE.topic(), "astray", Json.write(astray).getBytes(StandardCharsets.UTF_8));
        service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED);
        List<ConsumerRecord<String, String>> letters = service.records(Topics.DEAD_LETTERS, 7);
        assertThat(letters)
                .extracting(letter -> letter.key() + ": " + header(letter, "reason"))
                .containsExactlyInAnyOrder(
                        "odd: unreadable command: it is no JSON of a command's shape",
                        "empty: unreadable command: it is empty",
                        "null: unreadable command: it names no run",
                        "binary: unreadable command: it is no JSON of a command's shape",
                        "shape: unreadable command: it is no JSON of a command's shape",
                        "large: unreadable command: it is no JSON of a command's shape",
                        "astray: a command of type DELETE, which does not belong on this topic");
        assertThat(letters).allSatisfy(letter -> {
            assertThat(header(letter, "original-topic")).isEqualTo(TaskType.VALIDATE.topic());
            assertThat(header(letter, "original-partition")).isEqualTo("0");
            assertThat(header(letter, "original-offset")).containsOnlyDigits();
        });
        assertThat(letters)
                .filteredOn(letter -> List.of("odd", "large").contains(letter.key()))
                .extracting(ConsumerRecord::value)
                .containsExactlyInAnyOrder(new String(garbage, StandardCharsets.UTF_8), large);
    }

    @Test
    void aCommandFromANewerVersionIsTakenForWhatItHas() throws Exception {
        TaskCommand task = service.create(service.connection(), TaskType.VALIDATE);
        String newer = Json.write(task).replaceFirst("\\{", "{\"addedLater\": [1], ");
        service.send(TaskType.VALIDATE.topic(), task.runId().toString(), newer.getBytes(StandardCharsets.UTF_8));
        service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED);
        assertThat(executed)
                .filteredOn(run -> run.endsWith(task.runId().toString()))
                .hasSize(1);
    }

    @Test
    void aDeletionDoesNotWaitBehindTheRunsOfItsConnection() {
        String connection = service.connection();
        CountDownLatch go = new CountDownLatch(1);
        scripts.put(connection, execution -> {
            if (execution.run().type() == TaskType.CRAWL) {
                go.await();
            }
            return DONE;
        });
        List<TaskCommand> crawls = Stream.generate(() -> service.createCrawlOf(connection, UUID.randomUUID()))
                .limit(4)
                .toList();
        await().atMost(Service.LIMIT)
                .untilAsserted(() -> assertThat(limited(connection)).isEqualTo(2));
        TaskCommand deletion = service.create(connection, TaskType.DELETE);
        service.awaitStatus(deletion.taskId(), RunStatus.SUCCEEDED);
        go.countDown();
        crawls.forEach(task -> service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED));
    }

    @Test
    void aRunThatReachesItsTimeLimitIsStoppedAndFails() {
        String connection = service.connection();
        CountDownLatch never = new CountDownLatch(1);
        scripts.put(connection, execution -> {
            CountDownLatch stopped = new CountDownLatch(1);
            execution.onStop(stopped::countDown);
            stopped.await();
            execution.checkNotStopped();
            never.await();
            return DONE;
        });
        TaskCommand task = service.create(connection, TaskType.DELETE);
        service.awaitStatus(task.taskId(), RunStatus.FAILED);
        await().atMost(Service.LIMIT)
                .untilAsserted(() -> assertThat(service.runs(task.taskId()))
                        .hasSize(3)
                        .allSatisfy(run -> assertThat(String.valueOf(run.get("error")))
                                .contains("TIMEOUT", "time limit of PT1S")));
    }

    @Test
    void aCrawlWhoseSourceGivesNothingIsStoppedAndFailsForGood() {
        String connection = service.connection();
        scripts.put(connection, execution -> {
            CountDownLatch stopped = new CountDownLatch(1);
            execution.onStop(stopped::countDown);
            execution.advance();
            stopped.await();
            execution.checkNotStopped();
            return DONE;
        });
        TaskCommand task = service.create(connection, TaskType.CRAWL);
        service.awaitStatus(task.taskId(), RunStatus.FAILED);
        assertThat(service.runs(task.taskId()))
                .singleElement()
                .satisfies(run -> assertThat(String.valueOf(run.get("error")))
                        .contains("SOURCE_LIMIT_EXCEEDED", "complete for 1 s", "connections.worker.source.silence"));
    }

    private static String header(ConsumerRecord<String, String> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** What the sweeper sees of a worker that stopped extending: a lease in the past. */
    private void loseLease(TaskCommand task) {
        service.jdbc
                .sql("update task_run set lease_until = now() - interval '1 second' where id = ?")
                .param(task.runId())
                .update();
        RunSweep sweep = new RunSweep(service.jdbc, new RetryPolicy(Duration.ofSeconds(10)), 3);
        assertThat(sweep.freeLost(sweep.look()))
                .extracting(found -> found.command().runId())
                .containsExactly(task.runId());
    }

    private String state(String connection) {
        return service.jdbc
                .sql("select concat_ws(' ', state, state_reason ->> 'code') from connection where connection_key = ?")
                .param(connection)
                .query(String.class)
                .single();
    }

    private long limited(String connection) {
        return service.jdbc.sql("""
                        select count(*) from task_run r join task t on t.id = r.task_id
                         where t.connection_key = ? and r.limited_since is not null""").param(connection).query(Long.class).single();
    }

    private Outcome play(String worker, Execution execution) throws Exception {
        executed.add(worker + " " + execution.run().runId());
        Script script = scripts.getOrDefault(execution.target().connectionKey(), any -> DONE);
        return script.play(execution);
    }

    private long outboxRows() {
        return service.jdbc
                .sql("select (select count(*) from command_outbox) + (select count(*) from status_outbox)")
                .query(Long.class)
                .single();
    }
}
