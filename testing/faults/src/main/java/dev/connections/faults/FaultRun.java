package dev.connections.faults;

import dev.connections.faults.history.Entry;
import dev.connections.faults.history.Figures;
import dev.connections.faults.history.HistoryChecker;
import dev.connections.faults.history.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One run: start the service, load it and hurt it for a while, heal it, look at it, and check the history. */
final class FaultRun {
    private static final int CONNECTIONS = 6;
    /** The sweeper waits up to 30 s before it sends a command again, and twice as long for each further one. */
    private static final Duration ENDS_LIMIT = Duration.ofMinutes(4);

    private static final Duration SESSIONS_LIMIT = Duration.ofSeconds(20);
    private static final int LINES = 60;

    private final long seed;
    private final Duration time;
    private final Path folder;
    private final History history = new History();

    /**
     * Prepares a run.
     *
     * @param seed of everything that is drawn by lot; threads and processes still run as they happen to
     * @param time how long the faults last
     * @param folder keeps data and logs; removed where nothing was found
     */
    FaultRun(long seed, Duration time, Path folder) {
        this.seed = seed;
        this.time = time;
        this.folder = folder;
    }

    /** Runs, prints the figures, and returns what was violated. */
    List<Violation> run() throws Exception {
        List<String> keys =
                IntStream.rangeClosed(1, CONNECTIONS).mapToObj(i -> "area_" + i).toList();
        try (ServiceUnderFaults service = new ServiceUnderFaults(folder, 2, 3);
                Source source = new Source(folder.resolve("source"), keys)) {
            Api api = new Api(service.apis, service.token, history);
            for (String key : keys) {
                api.create("/api/connections", source.connection(key));
            }
            try (TopicReader topics = new TopicReader(service.kafkaServers(), history)) {
                hurt(service, source, api, keys);
                service.heal();
                System.out.println("healed; waiting for the ends");
                Survey survey = new Survey(service, api, source, topics, history);
                survey.awaitEnds(ENDS_LIMIT);
                survey.compareCatalogs(keys, ENDS_LIMIT);
                survey.readTasks();
                survey.readSessions(SESSIONS_LIMIT);
            }
        }
        return report(history.entries());
    }

    private void hurt(ServiceUnderFaults service, Source source, Api api, List<String> keys)
            throws InterruptedException {
        Load load = new Load(api, source, keys);
        Chaos chaos = new Chaos(service, source, history);
        load.start(seed);
        chaos.start(seed);
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        chaos.stop();
        load.stop();
    }

    private List<Violation> report(List<Entry> entries) throws IOException {
        List<Violation> violations = HistoryChecker.check(entries);
        Figures figures = new Figures(entries);
        for (Violation violation : violations) {
            System.out.println(violation);
            if (violation.taskId() != null) {
                figures.storyOf(violation.taskId()).forEach(line -> System.out.println("    " + line));
                logLines(Objects.requireNonNull(violation.taskId()).toString());
            }
        }
        System.out.println("Seed " + seed + ", " + time + " of faults\n" + figures.table(violations.size()));
        if (violations.isEmpty()) {
            remove();
        } else {
            System.out.println("The logs are in " + folder);
        }
        return violations;
    }

    private void logLines(String text) throws IOException {
        try (Stream<Path> logs = Files.list(folder)) {
            for (Path log :
                    logs.filter(file -> file.toString().endsWith(".log")).toList()) {
                try (Stream<String> lines = Files.lines(log)) {
                    lines.filter(line -> line.contains(text))
                            .limit(LINES)
                            .forEach(line -> System.out.println("    " + log.getFileName() + ": " + line));
                }
            }
        }
    }

    private void remove() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
