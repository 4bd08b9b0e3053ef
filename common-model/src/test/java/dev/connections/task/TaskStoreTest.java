package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.connection.ConnectionState;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataIntegrityViolationException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskStoreTest {
    private TaskDatabase database;

    @BeforeAll
    void start() {
        database = new TaskDatabase();
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
    void aDeletionThatIsCanceledOrFailsGivesItsConnectionBack() {
        String connection = database.connection(ConnectionState.INACTIVE);
        TaskCommand pending = begin(connection);
        assertThat(state(connection)).isEqualTo("DELETING");
        database.inTransaction(() -> database.tasks.cancel(pending.runId(), "somebody"));
        assertThat(state(connection)).isEqualTo("INACTIVE");

        ClaimedRun running = database.claim(begin(connection).runId(), "worker");
        database.inTransaction(() -> {
            database.runs.fail(running, TaskError.of(ErrorCode.INTERNAL_ERROR, "not now"), null);
            database.runs.retry(running, Duration.ZERO);
            return "";
        });
        assertThat(state(connection)).isEqualTo("DELETING");
        ClaimedRun again = database.claim(database.latestRun(running.taskId()), "worker");
        database.runs.fail(again, TaskError.of(ErrorCode.INTERNAL_ERROR, "never"), null);
        assertThat(state(connection)).isEqualTo("INACTIVE");
        assertThat(database.count("connection where connection_key = '" + connection
                        + "' and version = 5 and updated_by = 'system'"))
                .isEqualTo(1);
    }

    @Test
    void aDeletionOfAnObjectThatIsCanceledSaysNothingOfTheConnection() {
        String connection = database.connection(ConnectionState.DELETING);
        CreateOutcome outcome = database.tasks.create(
                new NewTask(connection, TaskType.DELETE, TaskInput.of(Ids.next()), TaskTrigger.MANUAL, "test", null),
                Set.of(ConnectionState.DELETING));
        UUID run = ((CreateOutcome.Created) outcome).command().runId();
        database.inTransaction(() -> database.tasks.cancel(run, "somebody"));
        assertThat(state(connection)).isEqualTo("DELETING");
    }

    @Test
    void ofFiftyThatAskForTheSameAtOnceOneCreatesItAndTheOthersLearnItsId() throws Exception {
        String connection = database.connection();
        List<CreateOutcome> outcomes =
                AtOnce.call(50, () -> database.ask(connection, TaskType.CRAWL, TaskInput.DEFAULT));
        List<UUID> created = outcomes.stream()
                .filter(CreateOutcome.Created.class::isInstance)
                .map(outcome -> ((CreateOutcome.Created) outcome).command().taskId())
                .toList();
        assertThat(created).hasSize(1);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.equals(new CreateOutcome.InFlight(created.getFirst())))
                .hasSize(49);
        database.assertGapless(created.getFirst());
        assertThat(database.count("task where connection_key = '" + connection + "'"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void anInputWithItsDefaultsSpelledOutIsTheSameInput(TaskType type) {
        String connection = database.connection();
        CreateOutcome first = database.ask(connection, type, Json.read("{}", TaskInput.class));
        TaskInput spelledOut = Json.read("""
                {"acceptMassMissing": false, "objectId": null, "includeInactive": false}""", TaskInput.class);
        CreateOutcome second = database.ask(connection, type, spelledOut);
        assertThat(second).isEqualTo(new CreateOutcome.InFlight(taskOf(first)));
    }

    @Test
    void membersThatTheTypeDoesNotTakeMakeNoOtherInput() {
        String connection = database.connection();
        CreateOutcome first = database.ask(connection, TaskType.VALIDATE, TaskInput.DEFAULT);
        CreateOutcome second = database.ask(connection, TaskType.VALIDATE, new TaskInput(Ids.next(), true, true));
        assertThat(second).isEqualTo(new CreateOutcome.InFlight(taskOf(first)));
    }

    @Test
    void anotherInputTypeOrConnectionIsAnotherTask() {
        String connection = database.connection();
        UUID object = Ids.next();
        assertThat(List.of(
                        database.ask(connection, TaskType.CRAWL, TaskInput.DEFAULT),
                        database.ask(connection, TaskType.CRAWL, TaskInput.of(object)),
                        database.ask(connection, TaskType.CRAWL, new TaskInput(null, true, false)),
                        database.ask(connection, TaskType.CRAWL, new TaskInput(null, false, true)),
                        database.ask(connection, TaskType.DELETE, TaskInput.of(object)),
                        database.ask(connection, TaskType.VALIDATE, TaskInput.DEFAULT),
                        database.ask(database.connection(), TaskType.CRAWL, TaskInput.DEFAULT)))
                .hasOnlyElementsOfType(CreateOutcome.Created.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELED"})
    void endedWorkMayBeAskedForAgain(RunStatus end) {
        String connection = database.connection();
        end(database.claim(database.create(connection, TaskType.CRAWL).runId(), "worker"), end);
        assertThat(database.ask(connection, TaskType.CRAWL, TaskInput.DEFAULT))
                .isInstanceOf(CreateOutcome.Created.class);
    }

    @Test
    void aConnectionInAnotherStateThanAskedForForbidsTheTask() {
        String inactive = database.connection(ConnectionState.INACTIVE);
        assertThat(database.ask(inactive, TaskType.CRAWL, TaskInput.DEFAULT))
                .isEqualTo(new CreateOutcome.StateForbids(ConnectionState.INACTIVE));
        assertThat(database.ask("nobody", TaskType.CRAWL, TaskInput.DEFAULT))
                .isEqualTo(new CreateOutcome.NoSuchConnection());
        assertThat(database.count("task where connection_key in ('nobody', '" + inactive + "')"))
                .isZero();
    }

    @Test
    void ofManyTasksThoseAreCreatedThatMayBeAndEachHasItsEventAndItsCommand() {
        String connection = database.connection();
        String inactive = database.connection(ConnectionState.INACTIVE);
        TaskCommand inFlight = database.create(database.connection(), TaskType.CRAWL);
        String busy = database.jdbc
                .sql("select connection_key from task where id = ?")
                .param(inFlight.taskId())
                .query(String.class)
                .single();
        UUID object = Ids.next();
        List<NewTask> asked = List.of(
                task(connection, TaskType.VALIDATE, TaskInput.DEFAULT),
                task(busy, TaskType.CRAWL, TaskInput.DEFAULT),
                task(connection, TaskType.CRAWL, TaskInput.DEFAULT),
                task(connection, TaskType.VALIDATE, TaskInput.DEFAULT),
                task(inactive, TaskType.VALIDATE, TaskInput.DEFAULT),
                task(inactive, TaskType.DELETE, TaskInput.of(object)),
                task("nobody", TaskType.CRAWL, TaskInput.DEFAULT));
        List<CreateOutcome.@Nullable Created> created = database.inTransaction(() -> database.tasks.createAll(asked));

        // Of two that are the same, one is created.
        assertThat(Stream.of(created.getFirst(), created.get(3)).filter(Objects::nonNull))
                .hasSize(1);
        assertThat(created.get(2)).isNotNull();
        assertThat(created.get(5)).isNotNull();
        assertThat(List.of(1, 4, 6))
                .allSatisfy(refused -> assertThat(created.get(refused)).isNull());
        for (CreateOutcome.Created one : created) {
            if (one != null) {
                assertThat(database.story(one.command().taskId())).containsExactly("1:>PENDING");
                database.assertGapless(one.command().taskId());
                assertThat(database.commands(one.command().runId())).isEqualTo(1);
            }
        }
        assertThat(database.tasks.createOrRefuse(asked.get(1)))
                .isEqualTo(new CreateOutcome.InFlight(inFlight.taskId()));
        assertThat(database.tasks.createOrRefuse(asked.get(3))).isInstanceOf(CreateOutcome.InFlight.class);
        assertThat(database.tasks.createOrRefuse(asked.get(4)))
                .isEqualTo(new CreateOutcome.StateForbids(ConnectionState.INACTIVE));
        assertThat(database.tasks.createOrRefuse(asked.get(6))).isEqualTo(new CreateOutcome.NoSuchConnection());
    }

    @Test
    void ofAConnectionWithManyRunsTheFurtherOnesStandInLineUntilOthersEnd() {
        String connection = database.connection();
        List<CreateOutcome.Created> created =
                Stream.generate(() -> crawlOfAnObject(connection)).limit(36).toList();
        assertThat(created.subList(0, 32)).allSatisfy(one -> assertInLine(one, false));
        assertThat(created.subList(32, 36)).allSatisfy(one -> assertInLine(one, true));
        NewTask together = task(connection, TaskType.CRAWL, TaskInput.DEFAULT);
        NewTask ofAnother = task(database.connection(), TaskType.CRAWL, TaskInput.DEFAULT);
        NewTask validation = task(connection, TaskType.VALIDATE, TaskInput.DEFAULT);
        List<CreateOutcome.@Nullable Created> group =
                database.inTransaction(() -> database.tasks.createAll(List.of(together, ofAnother, validation)));
        assertInLine(Objects.requireNonNull(group.getFirst()), true);
        assertInLine(Objects.requireNonNull(group.get(1)), false);
        assertInLine(Objects.requireNonNull(group.getLast()), false);
        assertInLine(
                (CreateOutcome.Created) database.ask(connection, TaskType.DELETE, TaskInput.of(Ids.next())), false);

        // The one that asked first moves; those of one millisecond in any order.
        end(database.claim(created.getFirst().command().runId(), "worker"), RunStatus.SUCCEEDED);
        assertThat(inLine(connection)).as("after a claim and an end").isEqualTo(3);
        database.tasks.cancel(created.get(1).command().runId(), "somebody");
        assertThat(inLine(connection))
                .as("after the end of one that no worker had")
                .isEqualTo(2);
        UUID waiting = database.jdbc
                .sql(
                        "select id from task_run where limited_since is not null and completed_at is null and connection_id"
                                + " = (select id from connection where connection_key = ?) limit 1")
                .param(connection)
                .query(UUID.class)
                .single();
        database.tasks.cancel(waiting, "somebody");
        assertThat(inLine(connection)).as("after one left the line").isEqualTo(1);
        end(database.claim(created.get(2).command().runId(), "worker"), RunStatus.FAILED);
        assertThat(inLine(connection)).isZero();
    }

    @Test
    void ofManyCrawlsThatAreCreatedTogetherAsManyStandInLineAsOfThoseThatComeOneByOne() {
        String connection = database.connection();
        List<NewTask> many = Stream.generate(() -> task(connection, TaskType.CRAWL, TaskInput.of(Ids.next())))
                .limit(50)
                .toList();
        database.inTransaction(() -> database.tasks.createAll(many));
        assertThat(inLine(connection)).isEqualTo(18);
    }

    /** A line that lost places, as when ends and creations were committed beside each other, gets them back. */
    @Test
    void aClaimThatLeavesPlacesFreeMovesTheLine() {
        String connection = database.connection();
        List<NewTask> many = Stream.generate(() -> task(connection, TaskType.CRAWL, TaskInput.of(Ids.next())))
                .limit(40)
                .toList();
        List<CreateOutcome.@Nullable Created> created = database.inTransaction(() -> database.tasks.createAll(many));
        UUID first = created.stream()
                .filter(one -> one != null && !one.inLine())
                .map(one -> Objects.requireNonNull(one).command().runId())
                .findFirst()
                .orElseThrow();
        assertThat(inLine(connection)).isEqualTo(8);
        end(database.claim(first, "worker"), RunStatus.SUCCEEDED);
        assertThat(inLine(connection))
                .as("one for the claim, and one for the end")
                .isEqualTo(6);
    }

    private long inLine(String connection) {
        return database.count("task_run r join connection c on c.id = r.connection_id where c.connection_key = '"
                + connection + "' and r.limited_since is not null and r.completed_at is null"
                + " and not exists (select from command_outbox o where o.run_id = r.id)");
    }

    private CreateOutcome.Created crawlOfAnObject(String connection) {
        return (CreateOutcome.Created) database.ask(connection, TaskType.CRAWL, TaskInput.of(Ids.next()));
    }

    private void assertInLine(CreateOutcome.Created task, boolean inLine) {
        UUID run = task.command().runId();
        assertThat(database.run(run).get("limited_since") != null).isEqualTo(inLine);
        assertThat(database.commands(run)).isEqualTo(inLine ? 0 : 1);
    }

    @Test
    void twoProcessesThatCreateTheSameTasksInOppositeOrderDoNotBlockEachOther() throws Exception {
        List<String> connections =
                Stream.generate(database::connection).limit(20).toList();
        List<NewTask> tasks = connections.stream()
                .map(connection -> task(connection, TaskType.CRAWL, TaskInput.DEFAULT))
                .toList();
        for (int round = 0; round < 10; round++) {
            Queue<List<NewTask>> orders = new ConcurrentLinkedQueue<>(List.of(tasks, tasks.reversed()));
            List<List<CreateOutcome.@Nullable Created>> created =
                    AtOnce.call(2, () -> database.inTransaction(() -> database.tasks.createAll(orders.remove())));
            assertThat(created.stream().flatMap(List::stream).filter(Objects::nonNull))
                    .hasSize(20);
            database.execute(
                    "update task_run set status = 'CANCELED', completed_at = now()"
                            + " where status = 'PENDING' and connection_id in"
                            + " (select id from connection where connection_key = any(?))",
                    (Object) connections.toArray(String[]::new));
        }
    }

    private static NewTask task(String connection, TaskType type, TaskInput input) {
        return new NewTask(connection, type, input, TaskTrigger.MANUAL, "test", null);
    }

    @Test
    void aTransactionThatRollsBackLeavesNothingOfTheTask() {
        String connection = database.connection();
        assertThatThrownBy(() -> database.inTransaction(() -> {
                    database.create(connection, TaskType.CRAWL);
                    throw new IllegalStateException("the process died here");
                }))
                .hasMessage("the process died here");
        assertThat(database.count(
                        "task t join task_run r on r.task_id = t.id where connection_key = '" + connection + "'"))
                .isZero();
        assertThat(database.count("status_outbox o cross join unnest(o.tasks) as e (task)"
                        + " where not exists (select from task where id = e.task)"))
                .isZero();
        assertThat(database.ask(connection, TaskType.CRAWL, TaskInput.DEFAULT))
                .isInstanceOf(CreateOutcome.Created.class);
    }

    @Test
    void aDeletionClosesTheConnectionAndASecondOneLearnsTheIdOfTheFirst() {
        String connection = database.connection();
        CreateOutcome first = delete(connection);
        assertThat(first).isInstanceOf(CreateOutcome.Created.class);
        assertThat(database.jdbc
                        .sql("select state from connection where connection_key = ?")
                        .param(connection)
                        .query(String.class)
                        .single())
                .isEqualTo("DELETING");
        assertThat(delete(connection)).isEqualTo(new CreateOutcome.InFlight(taskOf(first)));
        assertThat(database.ask(connection, TaskType.CRAWL, TaskInput.DEFAULT))
                .isEqualTo(new CreateOutcome.StateForbids(ConnectionState.DELETING));
        assertThat(delete("nobody")).isEqualTo(new CreateOutcome.NoSuchConnection());
    }

    @Test
    void aPendingRunIsCanceledAtOnce() {
        TaskCommand task = database.create();
        assertThat(database.tasks.cancel(task.runId(), "somebody")).isEqualTo(CancelOutcome.CANCELED);
        assertThat(database.story(task.taskId())).containsExactly("1:>PENDING", "1:PENDING>CANCELED");
        assertThat(database.run(task.runId())).containsEntry("canceled_by", "somebody");
        assertThat(database.run(task.runId()).get("completed_at")).isNotNull();
        assertThat(database.tryClaim(task.runId(), "worker")).isEmpty();
    }

    @Test
    void aRunningRunIsOnlyAskedToStopAndRemembersWhoAskedFirst() {
        ClaimedRun run = database.running();
        assertThat(database.tasks.cancel(run.runId(), "first")).isEqualTo(CancelOutcome.REQUESTED);
        assertThat(database.tasks.cancel(run.runId(), "second")).isEqualTo(CancelOutcome.REQUESTED);
        assertThat(database.run(run.runId()))
                .containsEntry("canceled_by", "first")
                .containsEntry("completed_at", null);
        assertThat(database.story(run.taskId())).containsExactly("1:>PENDING", "1:PENDING>RUNNING");
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELED"})
    void anEndedRunIsNeitherCanceledNorMovedByHand(RunStatus end) {
        ClaimedRun run = database.running();
        end(run, end);
        assertThat(database.tasks.cancel(run.runId(), "somebody")).isEqualTo(CancelOutcome.ENDED_ALREADY);
        for (RunStatus other : RunStatus.values()) {
            if (other != end) {
                assertThatThrownBy(() -> database.execute(
                                "update task_run set status = ? where id = ?", other.name(), run.runId()))
                        .isInstanceOf(DataIntegrityViolationException.class)
                        .hasMessageContaining("is " + end + " and cannot become " + other);
            }
        }
        assertThat(database.status(run.taskId())).isEqualTo(end);
        database.assertGapless(run.taskId());
    }

    private CreateOutcome delete(String connection) {
        return database.inTransaction(
                () -> database.tasks.createDeletion(connection, Set.of(ConnectionState.ACTIVE), "test"));
    }

    private void end(ClaimedRun run, RunStatus end) {
        boolean ended = switch (end) {
            case SUCCEEDED -> database.runs.succeed(run, List.of());
            case FAILED -> database.runs.fail(run, TaskError.of(ErrorCode.REMOTE_ERROR, "no"), null);
            case CANCELED -> database.runs.cancel(run);
            case PENDING, RUNNING -> false;
        };
        assertThat(ended).isTrue();
    }

    private static UUID taskOf(CreateOutcome outcome) {
        return ((CreateOutcome.Created) outcome).command().taskId();
    }

    private TaskCommand begin(String connection) {
        CreateOutcome outcome = database.inTransaction(
                () -> database.tasks.createDeletion(connection, Set.of(ConnectionState.INACTIVE), "test"));
        return ((CreateOutcome.Created) outcome).command();
    }

    private String state(String connection) {
        return database.jdbc
                .sql("select state from connection where connection_key = ?")
                .param(connection)
                .query(String.class)
                .single();
    }
}
