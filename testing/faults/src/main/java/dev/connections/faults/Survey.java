package dev.connections.faults;

import dev.connections.faults.history.Entry.Comparison;
import dev.connections.faults.history.HistoryChecker;
import dev.connections.faults.history.TaskEvent;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Looks at everything when the faults are over. */
final class Survey {
    private final ServiceUnderFaults service;
    private final Api api;
    private final Source source;
    private final TopicReader topics;
    private final History history;

    Survey(ServiceUnderFaults service, Api api, Source source, TopicReader topics, History history) {
        this.service = service;
        this.api = api;
        this.source = source;
        this.topics = topics;
        this.history = history;
    }

    /**
     * Waits until every task has ended and all that is published has been read, or the time is over; the checker says what
     * that means. What a crawl changed may be published after the end of its task.
     */
    void awaitEnds(Duration limit) throws InterruptedException, SQLException {
        long until = System.nanoTime() + limit.toNanos();
        while (!isAtRest() && System.nanoTime() - until < 0) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private boolean isAtRest() throws InterruptedException, SQLException {
        return HistoryChecker.inFlight(history.entries()).isEmpty()
                && service.unpublished() == 0
                && topics.hasReadAll();
    }

    /** Crawls each connection once more, and compares its catalog with the source, which nobody changes any more. */
    void compareCatalogs(List<String> keys, Duration limit) throws InterruptedException, SQLException {
        for (String key : keys) {
            api.create("/api/connections/" + key + "/tasks", Map.of("type", "CRAWL"));
        }
        awaitEnds(limit);
        for (String key : keys) {
            history.add(new Comparison(key, Instant.now(), source.changedAt(key), catalog(key), source.objects(key)));
        }
    }

    /** Reads each task and its runs. */
    void readTasks() throws InterruptedException {
        for (TaskEvent task : List.copyOf(topics.latest().values())) {
            String path = "/api/connections/" + task.connectionKey() + "/tasks/" + task.taskId();
            api.read(path);
            api.read(path + "/runs");
        }
    }

    /** Takes down the sessions at the source, once those have ended that still do. */
    void readSessions(Duration limit) throws IOException, InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (source.sessions().stream().anyMatch(session -> session.until() == null)
                && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(250);
        }
        source.sessions().forEach(history::add);
    }

    /** What the catalog has of the connection: columns by path. */
    Map<String, List<String>> catalog(String key) throws InterruptedException {
        Map<String, Object> search = Map.of(
                "connection", Map.of("connectionKey", key),
                "dataObject", Map.of("remoteState", "PRESENT"),
                "limit", 100);
        JsonNode page = api.expect(200, "POST", "/api/connections/data/search", search);
        if (!page.path("meta").path("nextCursor").isNull()) {
            throw new IllegalStateException("more objects than a page has");
        }
        Map<String, List<String>> catalog = new HashMap<>();
        for (JsonNode object : page.path("data")) {
            List<String> path = new ArrayList<>();
            object.path("objectPath").forEach(step -> path.add(step.path("name").asString()));
            JsonNode detail = api.read(
                    "/api/connections/" + key + "/data/" + object.path("id").asString());
            List<String> columns = new ArrayList<>();
            detail.path("columns")
                    .forEach(column -> columns.add(column.path("name").asString()));
            catalog.put(String.join("/", path), columns);
        }
        return catalog;
    }
}
