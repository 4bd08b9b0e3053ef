package dev.connections.worker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.loop.Halt;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunStatus;
import dev.connections.task.RunSweep;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** What a worker does when more than an exception is thrown or its presence ends, and what it says of its health. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerErrorsTest {
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private Service service;
    private ConfigurableApplicationContext worker;

    @BeforeAll
    void start() {
        service = new Service();
        // A heartbeat that shows the presence once, and then only where it is in doubt.
        worker = service.startWorker(
                "worker", this::play, "connections.worker.heartbeat=1h", "connections.worker.lease=1h");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void anErrorOfAnExecutorEndsItsRunAtOnceAndOthersGoOn() {
        String connection = service.connection();
        scripts.put(connection, execution -> {
            endless(0);
            throw new IllegalStateException("not reached");
        });
        TaskCommand task = service.create(connection, TaskType.VALIDATE);
        service.awaitStatus(task.taskId(), RunStatus.FAILED);
        assertThat(service.runs(task.taskId())).singleElement().satisfies(run -> {
            assertThat(run.get("error").toString()).contains("INTERNAL_ERROR");
            assertThat(run.get("lost_workers")).isEqualTo(0);
        });
        scripts.remove(connection);
        service.awaitStatus(service.create(connection, TaskType.VALIDATE).taskId(), RunStatus.SUCCEEDED);
    }

    @Test
    void aWorkerWhosePresenceEndedClaimsNothingBeforeOthersSeeItAgain() {
        String connection = service.connection();
        CountDownLatch swept = new CountDownLatch(1);
        scripts.put(connection, execution -> {
            swept.await();
            return RunLifecycleTest.DONE;
        });
        service.jdbc.sql("""
                select pg_terminate_backend(pid, 60000) from pg_stat_activity
                 where application_name = 'connections presence of worker'
                """).query(row -> {});
        TaskCommand task = service.create(connection, TaskType.VALIDATE);
        service.awaitStatus(task.taskId(), RunStatus.RUNNING);
        RunSweep sweep = new RunSweep(service.jdbc, new RetryPolicy(Duration.ofSeconds(10)), 3);
        assertThat(sweep.freeLost(sweep.look())).isEmpty();
        swept.countDown();
        service.awaitStatus(task.taskId(), RunStatus.SUCCEEDED);
        assertThat(service.runs(task.taskId()))
                .singleElement()
                .satisfies(run -> assertThat(run).containsEntry("epoch", 1));
    }

    @Test
    void anExecutorThatMeetsTheEndOfMemoryEndsTheProcess() throws InterruptedException {
        BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
        String connection = service.connection();
        scripts.put(connection, execution -> {
            throw new OutOfMemoryError("Java heap space");
        });
        Halt.Replacement replaced = Halt.replace(ends::add);
        try {
            service.create(connection, TaskType.VALIDATE);
            assertThat(ends.poll(Service.LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(OutOfMemoryError.class);
        } finally {
            replaced.close();
        }
    }

    @Test
    void itIsReadyWhenItsLanesTakeCommandsAndLiveWhileItsLoopsGoRound() {
        HealthEndpoint health = worker.getBean(HealthEndpoint.class);
        await().atMost(Service.LIMIT)
                .untilAsserted(() -> assertThat(status(health, "readiness")).isEqualTo(Status.UP));
        assertThat(status(health, "readiness", "lanes")).isEqualTo(Status.UP);
        assertThat(status(health, "liveness", "loops")).isEqualTo(Status.UP);
    }

    private static Status status(HealthEndpoint health, String... path) {
        return Objects.requireNonNull(health.healthForPath(path)).getStatus();
    }

    private Outcome play(Execution execution) throws Exception {
        Script script = scripts.get(execution.target().connectionKey());
        return script == null ? RunLifecycleTest.DONE : script.play(execution);
    }

    private static int endless(int depth) {
        return depth < 0 ? 0 : endless(depth + 1) + 1;
    }
}
