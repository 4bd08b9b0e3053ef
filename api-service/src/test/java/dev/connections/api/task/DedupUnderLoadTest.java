package dev.connections.api.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Many clients ask for the same few pieces of work, one by one and together, and cancel what they find; nobody executes it. What they
 * were answered is compared with what the database has in the end.
 *
 * <p>{@code -Ddedup.requests=50000} sends that many requests with each number of clients; {@code -Ddedup.seed=N} sends others.
 */
class DedupUnderLoadTest {
    private static final int REQUESTS = Integer.getInteger("dedup.requests", 1_000);
    private static final long SEED = Long.getLong("dedup.seed", 11);
    private static final int CONNECTIONS = 6;
    private static final int MOST_TOGETHER = 8;
    private static final int FORGET_EVERY = 1_000;

    /** Bodies, apart from the connection's key where it is a part of many, which are three pieces of work. */
    private static final List<String> BODIES = List.of(
            "\"type\": \"VALIDATE\"",
            "\"type\": \"CRAWL\"",
            "\"type\": \"CRAWL\", \"input\": {\"acceptMassMissing\": false}",
            "\"type\": \"CRAWL\", \"input\": {\"includeInactive\": true}");

    /**
     * Tasks that began before an earlier one of the same work had ended, by the numbers of their events: those are taken while the
     * index of what is in flight holds, where the time of a first event is that of its transaction. Nobody publishes them here.
     */
    private static final String OVERLAPS = """
            with life as (
                select t.connection_id, t.type, t.input, min(o.id) as began,
                       case when t.in_flight then 9223372036854775807 else max(o.id) end as ended
                  from task t
                  left join (select id, unnest(tasks) as task from status_outbox) o on o.task = t.id
                 where t.connection_key = any(:keys)
                 group by t.id
            )
            select count(*)
              from (select began, ended > lead(began) over (partition by connection_id, type, input order by began) as twice
                      from life) one
             where twice or began is null
            """;

    private static final String GAPS = """
            select count(*)
              from (select t.id from task t left join task_event e on e.task_id = t.id
                     where t.connection_key = any(:keys)
                     group by t.id
                    having t.last_sequence <> count(e.sequence) or min(e.sequence) <> 1
                        or max(e.sequence) <> t.last_sequence) gaps
            """;

    private static final String TASKS = """
            select id, connection_key || ' ' || type || ' ' || input as work from task where connection_key = any(:keys)
            """;

    private final RunningApi api = RunningApi.get();
    private final List<String> keys = Stream.generate(api::newConnection)
            .limit(CONNECTIONS)
            .map(path -> path.substring("/api/connections/".length()))
            .toList();

    /** What was created, by its id. */
    private final Map<UUID, Work> created = new ConcurrentHashMap<>();

    private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<String> cancellations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger canceled = new AtomicInteger();

    /** A piece of work, as it is asked for. */
    private record Work(String key, String body) {
        /** As the database has it: the input with its defaults. */
        boolean isOf(String stored) {
            return stored.startsWith(key + (body.contains("CRAWL") ? " CRAWL " : " VALIDATE "))
                    && stored.contains("\"includeInactive\": true") == body.contains("includeInactive");
        }
    }

    /** The task that was already in flight. */
    private record Refusal(Work work, UUID task) {}

    @ParameterizedTest(name = "{0} clients")
    @ValueSource(ints = {64, 2})
    void ofEachPieceOfWorkOneTaskIsInFlightAndEveryAnswerIsTrue(int clients) throws Exception {
        AtomicInteger left = new AtomicInteger(REQUESTS);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Random random = new Random(SEED * 1_000 + i);
                all.add(threads.submit(() -> {
                    for (int n = left.getAndDecrement(); n > 0; n = left.getAndDecrement()) {
                        ask(random);
                        if (n % FORGET_EVERY == 0) {
                            forgetCommands();
                        }
                    }
                }));
            }
            for (Future<?> client : all) {
                client.get();
            }
        }
        assertThat(unavailable.get() + unknown.get())
                .as("answers of a slow database")
                .isLessThan(1 + REQUESTS / 100);
        assertThat(refusals).as("most ask for what is in flight").hasSizeGreaterThan(REQUESTS / 4);
        assertThat(canceled.get()).isGreaterThan(REQUESTS / 20);
        Map<UUID, String> stored = stored();
        assertThat(stored).containsKeys(created.keySet().toArray(UUID[]::new));
        assertThat(stored.size() - created.size()).as("tasks without a 201").isBetween(0, unknown.get());
        assertThat(created)
                .allSatisfy((id, work) ->
                        assertThat(work.isOf(stored.getOrDefault(id, ""))).isTrue());
        assertThat(refusals)
                .allSatisfy(refusal -> assertThat(refusal.work().isOf(stored.getOrDefault(refusal.task(), "")))
                        .isTrue());
        assertThat(count(OVERLAPS)).as("two in flight at the same time").isZero();
        assertThat(count(GAPS)).as("tasks whose events have gaps").isZero();
    }

    /** There is no Kafka to publish them to, and with too many of them the service takes no more tasks. */
    private void forgetCommands() {
        api.database()
                .sql(
                        "delete from command_outbox where task_id in (select id from task where connection_key = any(:keys))")
                .param("keys", keys.toArray(String[]::new))
                .update();
    }

    private void ask(Random random) {
        int kind = random.nextInt(10);
        String cancellation = kind < 3 ? cancellations.poll() : null;
        if (cancellation != null) {
            cancel(cancellation);
        } else if (kind < 8) {
            askForOne(work(random));
        } else {
            askForMany(Stream.generate(() -> work(random))
                    .limit(1 + random.nextInt(MOST_TOGETHER))
                    .toList());
        }
    }

    private Work work(Random random) {
        return new Work(keys.get(random.nextInt(keys.size())), BODIES.get(random.nextInt(BODIES.size())));
    }

    private void cancel(String path) {
        Answer answer = api.post(path, null);
        if (answer.status() == 200) {
            canceled.incrementAndGet();
        } else {
            decline(answer.isProblem(503).json());
            cancellations.add(path);
        }
    }

    private void askForOne(Work work) {
        Answer answer = api.post("/api/connections/" + work.key() + "/tasks", "{" + work.body() + "}");
        if (answer.status() == 201) {
            take(work, answer.json());
        } else {
            refuse(work, answer.status(), answer.json());
        }
    }

    private void askForMany(List<Work> all) {
        String tasks = all.stream()
                .map(work -> "{\"connectionKey\": \"" + work.key() + "\", " + work.body() + "}")
                .collect(Collectors.joining(", "));
        Answer answer = api.post("/api/connections/tasks", "{\"tasks\": [" + tasks + "]}");
        if (answer.status() == 503) {
            decline(answer.json());
            return;
        }
        JsonNode results = answer.is(200).json().path("results");
        assertThat(results.size()).isEqualTo(all.size());
        IntStream.range(0, all.size()).forEach(i -> {
            JsonNode result = results.get(i);
            if (result.path("status").intValue() == 201) {
                take(all.get(i), result.path("task"));
            } else {
                refuse(all.get(i), result.path("status").intValue(), result.path("problem"));
            }
        });
    }

    private void take(Work work, JsonNode task) {
        UUID id = UUID.fromString(task.path("id").stringValue());
        assertThat(created.put(id, work))
                .as("no two answers have the same new task")
                .isNull();
        cancellations.add("/api/connections/" + work.key() + "/tasks/" + id + "/runs/"
                + task.path("latestRunId").stringValue() + "/cancel");
    }

    private void refuse(Work work, int status, JsonNode problem) {
        if (status == 409) {
            refusals.add(
                    new Refusal(work, UUID.fromString(problem.path("taskId").stringValue())));
        } else {
            assertThat(status).as(problem.toString()).isEqualTo(503);
            decline(problem);
        }
    }

    /** On a machine whose processors are taken, the database may be too slow; what is said of it then has to be true. */
    private void decline(JsonNode problem) {
        boolean isUnknown = problem.path("detail").stringValue().contains("may or may not be applied");
        (isUnknown ? unknown : unavailable).incrementAndGet();
    }

    private Map<UUID, String> stored() {
        return api
                .database()
                .sql(TASKS)
                .param("keys", keys.toArray(String[]::new))
                .query((row, i) -> Map.entry(row.getObject(1, UUID.class), row.getString(2)))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private long count(String statement) {
        return api.database()
                .sql(statement)
                .param("keys", keys.toArray(String[]::new))
                .query(Long.class)
                .single();
    }
}
