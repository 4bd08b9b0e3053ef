package dev.connections.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the demo and prints what its crawl found, and commands to go on with. */
final class DemoReport {
    private static final Logger log = LoggerFactory.getLogger(DemoReport.class);

    private final DemoConnection connection;
    private final DataFolder folder;
    private final boolean workersHere;
    private final PrintStream out;

    DemoReport(DemoConnection connection, DataFolder folder, boolean workersHere, PrintStream out) {
        this.connection = connection;
        this.folder = folder;
        this.workersHere = workersHere;
        this.out = out;
    }

    /** Begins in a thread of its own; closing what it returns ends the wait for the crawl. */
    AutoCloseable inBackground() {
        Thread thread = Thread.ofPlatform().name("demo-report").start(this::run);
        return () -> {
            thread.interrupt();
            thread.join();
        };
    }

    private void run() {
        try {
            print(tell());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.error("the demo is not registered, or its crawl cannot be followed", e);
            print("The demo did not get ready: " + e.getMessage() + "\n");
        }
    }

    private void print(String text) {
        out.print("\n" + text);
        out.flush();
    }

    private String tell() throws IOException, InterruptedException {
        DemoConnection.Registered registered = connection.register();
        if (registered == DemoConnection.Registered.LEADS_ELSEWHERE) {
            return "The demo warehouse has moved to port "
                    + connection.warehouse().server().port()
                    + ", and the connection '" + DemoConnection.KEY
                    + "' is not in use and leads to the old one; activate it and start again.\n";
        }
        boolean isNew = registered == DemoConnection.Registered.NEW;
        if (isNew && !workersHere) {
            return "The demo warehouse is the connection '" + DemoConnection.KEY
                    + "'; its crawl waits for a worker:\n  "
                    + "(set -a; . " + Shell.quote(folder.path("worker.env").toString())
                    + "; java -jar task-worker/target/task-worker.jar)\n" + commands(null);
        }
        String crawl = isNew ? ", and its first crawl " + outcome(connection.awaitFirstCrawl()) : "";
        DemoConnection.Found found = connection.found();
        return "The demo warehouse is the connection '" + DemoConnection.KEY + "'" + crawl + ". The catalog holds "
                + counts(found) + "\n" + commands(found.schema());
    }

    private static String outcome(String status) {
        return status.equals("SUCCEEDED") ? "succeeded" : "ended as " + status + " (the tasks below tell why)";
    }

    static String counts(DemoConnection.Found found) {
        int sum = found.byType().values().stream().mapToInt(Integer::intValue).sum();
        if (sum == 0) {
            return "nothing of it yet.";
        }
        return (found.complete() ? "" : "more than ") + sum + " objects of it:\n  "
                + found.byType().entrySet().stream()
                        .map(type -> type.getValue() + " "
                                + type.getKey().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .collect(Collectors.joining(", "));
    }

    private String commands(@Nullable String schema) {
        String base = connection.api().api() + "/api/connections";
        String below = schema == null ? "data" : "data/" + schema + "/children";
        return """
                Go on with: search the catalog, list %s, see the tasks
                  TOKEN=$(sed -n 's/.*"token" *: *"\\([^"]*\\)".*/\\1/p' %s)
                  curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
                    -d '{"dataObject":{"nameContains":"order"}}' %s/data/search
                  curl -s -H "Authorization: Bearer $TOKEN" '%s/%s/%s?limit=50'
                  curl -s -H "Authorization: Bearer $TOKEN" '%s/%s/tasks'
                """.formatted(
                        schema == null ? "the top-level objects" : "what is in the schema sales",
                        Shell.quote(folder.path("endpoints.json").toString()),
                        base,
                        base,
                        DemoConnection.KEY,
                        below,
                        base,
                        DemoConnection.KEY);
    }
}
