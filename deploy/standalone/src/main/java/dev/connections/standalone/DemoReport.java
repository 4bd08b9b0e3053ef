package dev.connections.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the demo sources and prints what their crawls found, and example commands. */
final class DemoReport {
    private static final Logger log = LoggerFactory.getLogger(DemoReport.class);

    private final List<DemoConnection> connections;
    private final DataFolder folder;
    private final boolean workersHere;
    private final PrintStream out;

    DemoReport(List<DemoConnection> connections, DataFolder folder, boolean workersHere, PrintStream out) {
        this.connections = List.copyOf(connections);
        this.folder = folder;
        this.workersHere = workersHere;
        this.out = out;
    }

    /** Starts a thread that reports; closing the result ends its wait for the crawl. */
    AutoCloseable inBackground() {
        Thread thread = Thread.ofPlatform().name("demo-report").start(this::run);
        return () -> {
            thread.interrupt();
            thread.join();
        };
    }

    private void run() {
        try {
            print(report());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.error("cannot register the demo, or cannot follow its crawl", e);
            print("The demo is not available:  " + e.getMessage() + "\n");
        }
    }

    private void print(String text) {
        out.print("\n" + text);
        out.flush();
    }

    private String report() throws IOException, InterruptedException {
        StringBuilder report = new StringBuilder();
        String schema = null;
        boolean waits = false;
        for (DemoConnection connection : connections) {
            DemoConnection.Registered registered = connection.register();
            if (registered == DemoConnection.Registered.LEADS_ELSEWHERE) {
                report.append(moved(connection.source()));
            } else if (registered == DemoConnection.Registered.NEW && !workersHere) {
                report.append(named(connection.source())).append(". Its crawl waits for a worker.\n");
                waits = true;
            } else {
                boolean isNew = registered == DemoConnection.Registered.NEW;
                String crawl = isNew ? ", and its first crawl " + outcome(connection.awaitFirstCrawl()) : "";
                DemoConnection.Found found = connection.found();
                report.append(named(connection.source())).append(crawl);
                report.append(". The catalog holds ").append(counts(found)).append("\n");
                schema = schema == null ? found.schema() : schema;
            }
        }
        return report + (waits ? howToStartAWorker() : "") + commands(schema);
    }

    private static String named(DemoSource source) {
        return "The " + source.title() + " is the connection '" + source.key() + "'";
    }

    private static String moved(DemoSource source) {
        return "The " + source.title() + " has moved to port " + source.port() + ", but the inactive connection '"
                + source.key() + "' still has the old port. Activate the connection and start again.\n";
    }

    private String howToStartAWorker() {
        return "Start a worker:\n  (set -a; . "
                + Shell.quote(folder.path("worker.env").toString())
                + "; java -jar task-worker/target/task-worker.jar)\n";
    }

    private static String outcome(String status) {
        return status.equals("SUCCEEDED") ? "succeeded" : "ended as " + status + " (see its task below for the reason)";
    }

    static String counts(DemoConnection.Found found) {
        int sum = found.byType().values().stream().mapToInt(Integer::intValue).sum();
        if (sum == 0) {
            return "none of its objects yet.";
        }
        return (found.complete() ? "" : "more than ") + sum + " of its objects:\n  "
                + found.byType().entrySet().stream()
                        .map(type -> type.getValue() + " "
                                + type.getKey().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .collect(Collectors.joining(", "));
    }

    private String commands(@Nullable String schema) {
        String base = connections.getFirst().api().api() + "/api/connections";
        String below = schema == null ? "data" : "data/" + schema + "/children";
        return """
                Next steps: search the catalog, list %s, list the tasks
                  TOKEN=$(sed -n 's/.*"token" *: *"\\([^"]*\\)".*/\\1/p' %s)
                  curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
                    -d '{"dataObject":{"nameContains":"order"}}' %s/data/search
                  curl -s -H "Authorization: Bearer $TOKEN" '%s/%s/%s?limit=50'
                  curl -s -H "Authorization: Bearer $TOKEN" '%s/%s/tasks'
                """.formatted(
                        schema == null ? "the top-level objects" : "the objects of the schema sales",
                        Shell.quote(folder.path("endpoints.json").toString()),
                        base,
                        base,
                        connections.getFirst().source().key(),
                        below,
                        base,
                        connections.getFirst().source().key());
    }
}
