package dev.connections.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.HistoryChecker;
import dev.connections.faults.history.TaskEvent;
import dev.connections.task.RunStatus;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker is killed just between two steps of a task's way, where a kill by lot hardly ever comes. It is a process with its own
 * sessions and its own membership in the share group, which nothing in one process shows; it stops at the step because a trigger
 * waits there.
 *
 * <p>Each other step is covered without processes, by rounds that are broken off and begun again by somebody else:
 *
 * <ul>
 *   <li>the creation is committed, its command is not sent: {@code CommandRelayTest} (a command whose process died after the
 *       commit), {@code RunLifecycleTest} (a task whose creator died after the commit);
 *   <li>the command is sent and not deleted: {@code CommandRelayTest} (a command whose relay died after the send); that a second
 *       command of a run that was claimed changes nothing: {@code RunStoreTest}, and below, where a record comes again;
 *   <li>a merge is at work and not committed: {@code ProcessesTest} (inside a merge);
 *   <li>the end is committed, its event is not sent: {@code EventRelayTest} (events of a process that died after the commit);
 *   <li>the event is sent and not deleted: {@code EventRelayTest} (events of a relay that died after the send).
 * </ul>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledBetweenStepsTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String KEY = "one";

    private final History history = new History();
    private ServiceUnderFaults service;
    private Source source;
    private TopicReader topics;
    private Api api;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        service = new ServiceUnderFaults(folder, 1, 2);
        source = new Source(folder.resolve("source"), List.of(KEY));
        topics = new TopicReader(service.kafkaServers(), history);
        api = new Api(service.apis, service.token, history);
        api.create("/api/connections", source.connection(KEY));
    }

    @AfterAll
    void stop() {
        topics.close();
        service.close();
        source.close();
    }

    @Test
    void aWorkerThatHasTakenTheRecordAndNotClaimedTheRunLosesNothing() throws Exception {
        UUID task;
        try (Step claim = new Step("old.status = 'PENDING' and new.status = 'RUNNING'")) {
            task = ask();
            claim.awaitWorker().child().kill();
            claim.endSession();
        }
        assertThatItEndedOnce(task, RunStatus.PENDING, RunStatus.RUNNING, RunStatus.SUCCEEDED);
    }

    /** The record comes again, for a run that somebody has taken over or even ended. */
    @Test
    void aWorkerThatHasClaimedTheRunAndNotAcknowledgedTheRecordLosesNothing() throws Exception {
        source.proxy.become(TcpProxy.State.SILENT);
        try {
            UUID task;
            Member worker;
            try (Step claim = new Step("old.status = 'PENDING' and new.status = 'RUNNING'")) {
                task = ask();
                worker = claim.awaitWorker();
                worker.kafka.become(TcpProxy.State.SILENT);
            }
            await().atMost(LIMIT).until(() -> !service.runsOf(worker.workerId()).isEmpty());
            worker.child().kill();
            // What has not arrived by now never does.
            worker.kafka.become(TcpProxy.State.REFUSING);
            worker.kafka.become(TcpProxy.State.OPEN);
            source.proxy.become(TcpProxy.State.OPEN);
            assertThatItEndedOnce(task, RunStatus.PENDING, RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.SUCCEEDED);
        } finally {
            source.proxy.become(TcpProxy.State.OPEN);
        }
    }

    @Test
    void aWorkerThatHasDoneTheWorkAndNotCommittedTheEndLosesNothing() throws Exception {
        UUID task;
        try (Step end = new Step("old.status = 'RUNNING' and new.status = 'SUCCEEDED'")) {
            task = ask();
            end.awaitWorker().child().kill();
            end.endSession();
        }
        assertThatItEndedOnce(task, RunStatus.PENDING, RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.SUCCEEDED);
    }

    private UUID ask() throws InterruptedException {
        return UUID.fromString(api.expect(201, "POST", "/api/connections/" + KEY + "/tasks", Map.of("type", "VALIDATE"))
                .path("id")
                .asString());
    }

    private void assertThatItEndedOnce(UUID task, RunStatus... states) throws Exception {
        await().atMost(LIMIT)
                .until(() -> topics.latest().containsKey(task)
                        && topics.latest().get(task).status() == RunStatus.SUCCEEDED);
        service.heal();
        // Another task's way goes behind whatever is still to come of this one.
        UUID next = ask();
        await().atMost(LIMIT)
                .until(() -> topics.latest().containsKey(next)
                        && topics.latest().get(next).status() == RunStatus.SUCCEEDED);
        List<TaskEvent> events = history.entries().stream()
                .filter(Delivery.class::isInstance)
                .map(entry -> ((Delivery) entry).event())
                .filter(event -> event.taskId().equals(task))
                .distinct()
                .sorted(Comparator.comparingInt(TaskEvent::sequence))
                .toList();
        assertThat(events).extracting(TaskEvent::status).containsExactly(states);
        assertThat(events)
                .extracting(TaskEvent::sequence)
                .isEqualTo(IntStream.rangeClosed(1, states.length).boxed().toList());
        assertThat(events)
                .extracting(TaskEvent::runId)
                .containsOnly(events.getFirst().runId());
        assertThat(HistoryChecker.check(history.entries())).isEmpty();
    }

    /** A step that whoever comes to it waits before, until this is closed. */
    private final class Step implements AutoCloseable {
        private static final String NAME = "waits at the step";
        private static final int LOCK = 4_711;
        /** A local setting is shown at once, and names the worker that nothing committed names yet. */
        private static final String FUNCTION = """
                create or replace function wait_at_step() returns trigger language plpgsql as $$
                begin
                    perform set_config('application_name', '%s ' || new.worker_id, true), set_config('lock_timeout', '0', true);
                    perform pg_advisory_xact_lock(%d);
                    return new;
                end $$
                """.formatted(NAME, LOCK);

        private final Connection holder;

        Step(String transition) throws SQLException {
            holder = service.postgres.connect(ServiceUnderFaults.DATABASE);
            execute("select pg_advisory_lock(" + LOCK + ")");
            execute(FUNCTION);
            execute("create trigger wait_at_step before update on task_run for each row when (" + transition
                    + ") execute function wait_at_step()");
        }

        Member awaitWorker() {
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(() -> worker().isPresent());
            return worker().orElseThrow();
        }

        private Optional<Member> worker() {
            String waiting = NAME + " ";
            try (Statement statement = holder.createStatement();
                    ResultSet row = statement.executeQuery(waiting("application_name"))) {
                String id = row.next() ? row.getString(1).substring(waiting.length()) : "";
                return service.workers.stream()
                        .filter(worker -> worker.workerId().equals(id))
                        .findAny();
            } catch (SQLException e) {
                throw new IllegalStateException("cannot look who waits", e);
            }
        }

        /** Ends the session that waits, as PostgreSQL does in a while when its client has gone; it has not gone on by then. */
        void endSession() throws SQLException {
            execute(waiting("pg_terminate_backend(pid, 5000)"));
        }

        private static String waiting(String column) {
            return "select " + column + " from pg_stat_activity where application_name like '" + NAME
                    + "%' and wait_event_type = 'Lock' and wait_event = 'advisory'";
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = holder.createStatement()) {
                statement.execute(sql);
            }
        }

        /** Lets them go on, and removes the step. */
        @Override
        public void close() throws SQLException {
            try (holder) {
                execute("select pg_advisory_unlock(" + LOCK + ")");
                execute("drop function wait_at_step() cascade");
            }
        }
    }
}
