package dev.connections.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.faults.history.Entry;
import dev.connections.faults.history.HistoryChecker;
import dev.connections.faults.history.Violation;
import dev.connections.task.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Takes one guard at a time out of this service's database, and the checker sees what comes of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenGuardsTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> KEYS =
            List.of("intact", "twice", "revived", "lost_event", "half_merged", "unpublished", "wedged");

    private final History history = new History();
    private ServiceUnderFaults service;
    private Source source;
    private Api api;
    private TopicReader topics;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        service = new ServiceUnderFaults(folder, 1, 1);
        source = new Source(folder.resolve("source"), KEYS);
        api = new Api(service.apis, service.token, history);
        topics = new TopicReader(service.kafkaServers(), history);
        for (String key : KEYS) {
            api.create("/api/connections", source.connection(key));
        }
    }

    @AfterAll
    void stop() {
        topics.close();
        service.close();
        source.close();
    }

    @Test
    void withEveryGuardInPlaceNothingIsFound() throws Exception {
        UUID task = ask("intact", "VALIDATE");
        awaitEnd(task);
        read("intact", task);
        new Survey(service, api, source, topics, history).compareCatalogs(List.of("intact"), LIMIT);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(check("intact")).isEmpty());
    }

    @Test
    void twoTasksOfTheSameWorkAreFoundWhereTheIndexDistinguishesThem() throws Exception {
        String unlike = trigger("task", "insert", "true", "new.input := jsonb_build_object('n', gen_random_uuid())");
        source.proxy.become(TcpProxy.State.SILENT);
        try {
            ask("twice", "VALIDATE");
            ask("twice", "VALIDATE");
            awaitFound("twice", "SameWorkIsInFlightOnce");
        } finally {
            source.proxy.become(TcpProxy.State.OPEN);
            drop("task", unlike);
        }
    }

    @Test
    void aRunThatEndsTwiceIsFoundWhereTerminalIsNotFinal() throws Exception {
        UUID task = ask("revived", "VALIDATE");
        awaitEnd(task);
        read("revived", task);
        sql("alter table task_run disable trigger terminal_is_final");
        try {
            sql("update task_run set status = 'RUNNING', epoch = epoch + 1, lease_until = now() + interval '1 hour'"
                    + " where task_id = '" + task + "'");
            read("revived", task);
            sql("update task_run set status = 'SUCCEEDED' where task_id = '" + task + "'");
        } finally {
            sql("alter table task_run enable trigger terminal_is_final");
        }
        awaitFound("revived", "TerminalIsFinal", "RunsCompleteOnce");
    }

    @Test
    void aGapIsFoundWhereATransitionWritesNoEvent() throws Exception {
        String silent = trigger("status_outbox", "insert", "new.sequences @> array[2]", "return null");
        try {
            awaitEnd(ask("lost_event", "VALIDATE"));
        } finally {
            drop("status_outbox", silent);
        }
        awaitFound("lost_event", "EventsAreGapless");
    }

    @Test
    void aMissingObjectIsFoundWhereAMergeLeavesItOut() throws Exception {
        String leavingOut = trigger("data_object", "insert", "new.name = 'names'", "return null");
        try {
            new Survey(service, api, source, topics, history).compareCatalogs(List.of("half_merged"), LIMIT);
        } finally {
            drop("data_object", leavingOut);
        }
        awaitFound("half_merged", "CatalogsEqualTheirSources");
    }

    @Test
    void aChangeThatIsNotPublishedIsFoundWhereEffectAndEventAreNotOneCommit() throws Exception {
        String unpublished = trigger("change_outbox", "insert", "true", "return null");
        try {
            awaitEnd(ask("unpublished", "CRAWL"));
        } finally {
            drop("change_outbox", unpublished);
        }
        awaitFound("unpublished", "EffectsAreOfSuccesses");
    }

    @Test
    void aConflictWithAnEndedTaskIsFoundWhereTheTaskStaysInFlight() throws Exception {
        String wedged = trigger("task", "update", "new.status = 'SUCCEEDED'", "new.status := old.status");
        try {
            UUID task = ask("wedged", "VALIDATE");
            awaitEnd(task);
            api.expect(409, "POST", "/api/connections/wedged/tasks", Map.of("type", "VALIDATE"));
            read("wedged", task);
        } finally {
            drop("task", wedged);
        }
        awaitFound("wedged", "ConflictsNameTasksInFlight", "RestAgreesWithEvents");
    }

    private UUID ask(String key, String type) throws InterruptedException {
        JsonNode task = api.expect(201, "POST", "/api/connections/" + key + "/tasks", Map.of("type", type));
        return UUID.fromString(task.path("id").asString());
    }

    private void awaitEnd(UUID task) {
        await().atMost(LIMIT)
                .until(() -> topics.latest().containsKey(task)
                        && topics.latest().get(task).status() == RunStatus.SUCCEEDED);
    }

    private void read(String key, UUID task) throws InterruptedException {
        api.read("/api/connections/" + key + "/tasks/" + task);
    }

    private void awaitFound(String key, String... rules) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(check(key)).extracting(Violation::rule).contains(rules));
    }

    /** Checks what was seen of one connection: the others have their own guards broken. */
    private List<Violation> check(String key) {
        List<Entry> entries = history.entries();
        Set<UUID> runs = entries.stream()
                .filter(entry -> entry instanceof Entry.Delivery delivery
                        && delivery.event().connectionKey().equals(key))
                .map(entry -> ((Entry.Delivery) entry).event().runId())
                .collect(Collectors.toSet());
        return HistoryChecker.check(
                entries.stream().filter(entry -> isOf(entry, key, runs)).toList());
    }

    private static boolean isOf(Entry entry, String key, Set<UUID> runs) {
        return switch (entry) {
            case Entry.Exchange exchange -> exchange.path().startsWith("/api/connections/" + key + "/");
            case Entry.Delivery delivery -> delivery.event().connectionKey().equals(key);
            case Entry.Change change -> runs.contains(change.runId());
            case Entry.Session session -> session.connectionKey().equals(key);
            case Entry.Comparison comparison -> comparison.connectionKey().equals(key);
            case Entry.Fault fault -> false;
        };
    }

    /** Makes a trigger that does the statement where the condition holds; returns its name. */
    private String trigger(String table, String operation, String condition, String statement) {
        String name = "broken_" + table + "_" + operation;
        sql("create function " + name + "() returns trigger language plpgsql as $$ begin " + statement
                + "; return new; end $$; create trigger " + name + " before " + operation + " on " + table
                + " for each row when (" + condition + ") execute function " + name + "()");
        return name;
    }

    private void drop(String table, String trigger) {
        sql("drop trigger " + trigger + " on " + table + "; drop function " + trigger);
    }

    private void sql(String statements) {
        service.postgres.execute(ServiceUnderFaults.DATABASE, statements);
    }
}
