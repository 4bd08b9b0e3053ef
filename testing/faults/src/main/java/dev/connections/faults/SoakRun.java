package dev.connections.faults;

import dev.connections.faults.history.Entry;
import dev.connections.faults.history.HistoryChecker;
import dev.connections.faults.history.TaskEvent;
import dev.connections.faults.history.Violation;
import dev.connections.task.TaskType;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hostile sources among honest ones for a while, in small heaps and without any other fault: the honest ones are served as
 * ever, no process ends, and what the service holds is in the end what it was in the beginning.
 */
final class SoakRun {
    private static final int CONNECTIONS = 4;
    /** Ended tasks after which the pools of a worker have grown to what they need, however slow the machine is. */
    private static final Map<TaskType, Integer> WARM_UP_ENDS =
            Map.of(TaskType.VALIDATE, 60, TaskType.CRAWL, 60, TaskType.DELETE, 5);

    private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(4);
    private static final int HOSTILE_PAUSE_MS = 300;
    private static final Duration ENDS_LIMIT = Duration.ofMinutes(4);
    private static final Duration REST = Duration.ofSeconds(10);
    private static final String OUTCOMES = """
            select t.connection_key, t.type, t.status, coalesce(r.error ->> 'code', '-') as code, count(*)
              from task t join task_run r on r.id = t.latest_run_id
             group by 1, 2, 3, 4 order by 1, 2, 3, 4
            """;

    private final long seed;
    private final Duration time;
    private final Path folder;
    private final History history = new History();
    private final List<String> wrong = new ArrayList<>();

    /**
     * Prepares a run.
     *
     * @param time how long it lasts, besides the warm-up
     * @param folder keeps data and logs
     */
    SoakRun(long seed, Duration time, Path folder) {
        this.seed = seed;
        this.time = time;
        this.folder = folder;
    }

    /** Runs, prints the figures, and returns what was wrong. */
    List<String> run() throws Exception {
        List<String> keys =
                IntStream.rangeClosed(1, CONNECTIONS).mapToObj(i -> "area_" + i).toList();
        try (HostileSources hostile = new HostileSources();
                ServiceUnderFaults service = new ServiceUnderFaults(folder, 1, 2, "256m");
                Source source = new Source(folder.resolve("source"), keys)) {
            Api api = new Api(service.apis, service.token, history);
            for (String key : keys) {
                api.create("/api/connections", source.connection(key));
            }
            for (Map<String, Object> connection : hostile.connections()) {
                api.create("/api/connections", connection);
            }
            try (TopicReader topics = new TopicReader(service.kafkaServers(), history)) {
                Survey survey = new Survey(service, api, source, topics, history);
                load(source, api, keys, WARM_UP_LIMIT, () -> isWarm(topics));
                comeToRest(survey);
                Footprint before = Footprint.of(service);
                load(source, api, keys, time, () -> false);
                comeToRest(survey);
                Footprint after = Footprint.of(service);
                wrong.addAll(after.growthSince(before));
                survey.compareCatalogs(keys, ENDS_LIMIT);
                survey.readTasks();
                System.out.println("Soak of " + time + ", seed " + seed + "\n" + after.tableSince(before));
                lookAtOutcomes(service);
                lookAtProcesses(service);
            }
        }
        List<Entry> entries = history.entries();
        HistoryChecker.check(entries).stream().map(Violation::toString).forEach(wrong::add);
        wrong.forEach(System.out::println);
        return wrong;
    }

    /** Sends requests until the time is over, or it is enough. */
    private void load(Source source, Api api, List<String> keys, Duration limit, BooleanSupplier enough)
            throws InterruptedException {
        Load honest = new Load(api, source, keys);
        CountDownLatch stop = new CountDownLatch(1);
        Thread hostile = Thread.ofPlatform().name("hostile-client").start(() -> askForHostile(api, stop));
        honest.start(seed);
        long until = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - until < 0 && !enough.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        honest.stop();
        stop.countDown();
        hostile.join();
    }

    private static boolean isWarm(TopicReader topics) {
        Map<TaskType, Long> ended = topics.latest().values().stream()
                .filter(event -> event.status().isTerminal())
                .collect(Collectors.groupingBy(TaskEvent::type, Collectors.counting()));
        return WARM_UP_ENDS.entrySet().stream()
                .allMatch(wanted -> ended.getOrDefault(wanted.getKey(), 0L) >= wanted.getValue());
    }

    private void askForHostile(Api api, CountDownLatch stop) {
        Random random = new Random(seed);
        List<String> keys = HostileSources.keys();
        try {
            while (!stop.await(HOSTILE_PAUSE_MS, TimeUnit.MILLISECONDS)) {
                String key = keys.get(random.nextInt(keys.size()));
                Map<String, Object> body = Map.of("type", random.nextBoolean() ? "VALIDATE" : "CRAWL");
                api.send("POST", "/api/connections/" + key + "/tasks", body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until every task has ended, and then until what they leave has gone. */
    private static void comeToRest(Survey survey) throws InterruptedException, SQLException {
        survey.awaitEnds(ENDS_LIMIT);
        TimeUnit.NANOSECONDS.sleep(REST.toNanos());
    }

    /** A hostile source is no defect of this service, and no worker is lost over one. */
    private void lookAtOutcomes(ServiceUnderFaults service) throws SQLException {
        System.out.println("| connection | type | status | code | tasks |\n|---|---|---|---|---|");
        try (Connection connection = service.postgres.connect(ServiceUnderFaults.DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OUTCOMES)) {
            while (row.next()) {
                String outcome = "| " + row.getString(1) + " | " + row.getString(2) + " | " + row.getString(3) + " | "
                        + row.getString(4) + " | " + row.getLong(5) + " |";
                System.out.println(outcome);
                if (List.of("INTERNAL_ERROR", "WORKER_LOST").contains(row.getString(4))) {
                    wrong.add("an outcome that no source may cause: " + outcome);
                }
                if (row.getString(1).startsWith("hostile_") && row.getString(3).equals("SUCCEEDED")) {
                    wrong.add("a hostile source was served: " + outcome);
                }
            }
        }
    }

    private void lookAtProcesses(ServiceUnderFaults service) {
        service.members().forEach(member -> {
            if (!member.child().isAlive() || member.generation() != 1) {
                wrong.add(member.name + " has ended");
            }
        });
    }
}
