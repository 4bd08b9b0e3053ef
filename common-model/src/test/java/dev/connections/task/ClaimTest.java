package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.Technology;
import dev.connections.json.Ids;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClaimTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private TaskDatabase database;
    private RunStore runs;

    @BeforeAll
    void start() {
        database = new TaskDatabase();
        runs = database.runs;
    }

    @AfterEach
    void everyConnectionIsBackInThePool() {
        database.assertNoConnectionOut();
    }

    @AfterAll
    void stop() {
        database.close();
    }

    @Test
    void ofTenThatClaimARunAtOnceOneGetsIt() throws Exception {
        TaskCommand task = database.create();
        AtomicInteger worker = new AtomicInteger();
        List<List<ClaimedRun>> claims =
                AtOnce.call(10, () -> database.tryClaim(task.runId(), "worker " + worker.incrementAndGet()));
        assertThat(claims).filteredOn(List::isEmpty).hasSize(9);
        assertThat(database.run(task.runId())).containsEntry("epoch", 1);
        assertThat(database.story(task.taskId())).containsExactly("1:>PENDING", "1:PENDING>RUNNING");
    }

    @Test
    void onlyAPresentWorkerClaims() {
        TaskCommand task = database.create();
        assertThatThrownBy(() -> claimAs("stranger", task)).hasMessageContaining("stranger may not claim");
        database.present("present");
        database.leave("present");
        assertThatThrownBy(() -> claimAs("present", task)).hasMessageContaining("nobody holds its presence lock");
        assertThat(database.run(task.runId()))
                .containsEntry("status", "PENDING")
                .containsEntry("epoch", 0);
        assertThat(database.count("pg_locks where locktype = 'advisory' and mode = 'ShareLock'"))
                .as("the question leaves no lock behind")
                .isZero();
        database.present("present");
        assertThat(claimAs("present", task)).hasSize(1);
    }

    private List<ClaimedRun> claimAs(String worker, TaskCommand task) {
        return runs.claim(worker, task.type(), List.of(task.runId()), HOUR, 1);
    }

    @Test
    void aClaimReturnsAllThatTheExecutionNeeds() {
        String connection = database.connection();
        UUID object = Ids.next();
        CreateOutcome outcome = database.ask(connection, TaskType.CRAWL, new TaskInput(object, true, false));
        TaskCommand task = ((CreateOutcome.Created) outcome).command();
        ClaimedRun run = database.claim(task.runId(), "worker");
        assertThat(run)
                .extracting(ClaimedRun::taskId, ClaimedRun::epoch, ClaimedRun::attempt, ClaimedRun::type)
                .containsExactly(task.taskId(), 1, 1, TaskType.CRAWL);
        assertThat(run.input()).isEqualTo(new TaskInput(object, true, false));
        ClaimedRun.Target target = Objects.requireNonNull(run.target());
        assertThat(target.connectionKey()).isEqualTo(connection);
        assertThat(target.technology()).isEqualTo(Technology.POSTGRESQL);
        assertThat(target.settings().newObjectActivation()).isEqualTo(ConnectionSettings.NewObjectActivation.ENABLED);
    }

    @Test
    void aRunOfADeletedConnectionIsClaimedWithoutATarget() {
        String connection = database.connection();
        TaskCommand task = database.create(connection, TaskType.VALIDATE);
        database.execute("delete from connection where connection_key = ?", connection);
        assertThat(database.claim(task.runId(), "worker").target()).isNull();
    }

    /** As a worker meets it that is older than the API. */
    @Test
    void aRunOfATechnologyThatTheWorkerDoesNotKnowIsLeftToOthersAndTheRestOfTheBatchIsClaimed() {
        TaskCommand known = database.create();
        String newer = database.connection();
        TaskCommand unknown = database.create(newer, known.type());
        database.execute("update connection set technology = 'OfTomorrow' where connection_key = ?", newer);
        database.present("older");

        List<ClaimedRun> claimed = runs.claim("older", known.type(), List.of(known.runId(), unknown.runId()), HOUR, 1);

        assertThat(claimed).extracting(ClaimedRun::runId).containsExactly(known.runId());
        assertThat(database.story(unknown.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>PENDING");
        assertThat(database.count("command_outbox where available_at > now() + interval '20 seconds' and run_id = '"
                        + unknown.runId() + "'"))
                .isOne();
        assertThat(runs.claim("older", known.type(), List.of(unknown.runId()), HOUR, 1))
                .isEmpty();
        assertThat(database.run(unknown.runId())).containsEntry("epoch", 1);
        database.execute("update task_run set not_before = now() where id = ?", unknown.runId());
        database.execute("update connection set technology = 'PostgreSQL' where connection_key = ?", newer);
        assertThat(claimAs("older", unknown)).hasSize(1);
    }
}
