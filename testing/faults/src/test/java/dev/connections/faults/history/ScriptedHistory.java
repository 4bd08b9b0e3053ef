package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Change;
import dev.connections.faults.history.Entry.Comparison;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.faults.history.Entry.Session;
import dev.connections.json.Json;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes up the history of one task, second by second. */
final class ScriptedHistory {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final String KEY = "area";
    private static final String TASKS = "/api/connections/" + KEY + "/tasks";

    final List<Entry> entries = new ArrayList<>();
    final UUID task;
    final UUID run;
    private final TaskType type;
    private UUID runOfNow;
    private int sequence;
    private int attempt = 1;
    private @Nullable RunStatus before;
    private @Nullable UUID parent;

    ScriptedHistory(int number, TaskType type) {
        this.task = uuid(2 * number);
        this.run = uuid(2 * number + 1);
        this.runOfNow = run;
        this.type = type;
    }

    /** A crawl that was asked for in second 1, ran from 2 to 4, made one object, and was read in second 5. */
    static ScriptedHistory crawl() {
        return new ScriptedHistory(1, TaskType.CRAWL)
                .accepted(1)
                .event(1, RunStatus.PENDING)
                .event(2, RunStatus.RUNNING)
                .session(2, 4)
                .change("CREATED")
                .event(4, RunStatus.SUCCEEDED)
                .readTask(5, RunStatus.SUCCEEDED)
                .readRuns(5, RunStatus.SUCCEEDED, null);
    }

    static Instant second(double second) {
        return START.plusMillis((long) (second * 1000));
    }

    ScriptedHistory childOf(ScriptedHistory other) {
        parent = other.task;
        return this;
    }

    ScriptedHistory accepted(double at) {
        return exchange(at, "POST", TASKS, request(), 201, taskBody(RunStatus.PENDING));
    }

    ScriptedHistory event(double at, RunStatus status) {
        return event(at, at + 0.1, status);
    }

    ScriptedHistory event(double at, double receivedAt, RunStatus status) {
        entries.add(new Delivery(second(receivedAt), task.toString(), next(at, status)));
        return this;
    }

    /** Like an event, which nobody gets. */
    ScriptedHistory lostEvent(double at, RunStatus status) {
        next(at, status);
        return this;
    }

    /** The event that came last comes again, as that of another status perhaps. */
    ScriptedHistory again(double at, RunStatus status) {
        TaskEvent last = entries.stream()
                .filter(Delivery.class::isInstance)
                .map(entry -> ((Delivery) entry).event())
                .filter(event -> event.sequence() == sequence)
                .findFirst()
                .orElseThrow();
        sequence--;
        before = last.previousStatus();
        entries.add(new Delivery(second(at + 5), task.toString(), next(at, status)));
        return this;
    }

    ScriptedHistory retry(double at) {
        runOfNow = uuid(100 + attempt);
        attempt++;
        before = null;
        return event(at, RunStatus.PENDING);
    }

    ScriptedHistory readTask(double at, RunStatus status) {
        return exchange(at, "GET", TASKS + "/" + task, null, 200, taskBody(status));
    }

    ScriptedHistory readRuns(double at, RunStatus status, @Nullable String waiting) {
        Map<String, Object> body =
                Map.of("data", List.of(runBody(status, waiting)), "meta", mapOf("nextCursor", null, "limit", 20));
        return exchange(at, "GET", TASKS + "/" + task + "/runs", null, 200, body);
    }

    ScriptedHistory canceled(double at, String message) {
        return exchange(
                at,
                "POST",
                TASKS + "/" + task + "/runs/" + run + "/cancel",
                null,
                200,
                Map.of("id", run, "message", message));
    }

    /** A request for the work of this task, refused because of the named one. */
    ScriptedHistory conflict(double at, UUID named) {
        return exchange(at, "POST", TASKS, request(), 409, problem(409, named));
    }

    ScriptedHistory refused(double at, int status) {
        return exchange(at, "POST", TASKS, request(), status, problem(status, null));
    }

    /** The database went while it committed. */
    ScriptedHistory answeredWithoutKnowing(double at) {
        Map<String, Object> unknown = new HashMap<>(problem(503, null));
        unknown.put("detail", "The change may or may not be applied.");
        return exchange(at, "POST", TASKS, request(), 503, unknown);
    }

    ScriptedHistory unanswered(double at) {
        entries.add(new Exchange(second(at), second(at + 9), "POST", TASKS, Json.tree(Json.write(request())), null));
        return this;
    }

    ScriptedHistory session(double from, double until) {
        entries.add(new Session(KEY, second(from), second(until)));
        return this;
    }

    ScriptedHistory sessionLeft(double from) {
        entries.add(new Session(KEY, second(from), null));
        return this;
    }

    ScriptedHistory change(String change) {
        entries.add(new Change(uuid(77), runOfNow, change));
        return this;
    }

    ScriptedHistory compared(double changedAt, String catalog, String source) {
        entries.add(new Comparison(
                KEY, second(50), second(changedAt), Map.of(catalog, List.of("id")), Map.of(source, List.of("id"))));
        return this;
    }

    ScriptedHistory and(ScriptedHistory other) {
        entries.addAll(other.entries);
        return this;
    }

    ScriptedHistory without(Class<? extends Entry> type) {
        entries.removeIf(type::isInstance);
        return this;
    }

    private TaskEvent next(double at, RunStatus status) {
        sequence++;
        Map<String, Object> result = status == RunStatus.SUCCEEDED && type == TaskType.CRAWL
                ? Map.of("objects", Map.of("created", 1, "updated", 0, "missing", 0))
                : Map.of();
        TaskEvent event = new TaskEvent(
                task,
                runOfNow,
                parent,
                KEY,
                type,
                parent == null ? TaskTrigger.MANUAL : TaskTrigger.SYSTEM,
                status,
                before,
                attempt,
                sequence,
                second(at),
                Json.tree(Json.write(result)),
                null);
        before = status;
        return event;
    }

    private ScriptedHistory exchange(
            double at, String method, String path, @Nullable Object request, int status, Object answer) {
        Map<String, String> headers = Map.of(
                "content-type",
                status < 300 ? "application/json" : "application/problem+json",
                "location",
                TASKS,
                "retry-after",
                "2");
        entries.add(new Exchange(
                second(at),
                second(at + 0.2),
                method,
                path,
                request == null ? null : Json.tree(Json.write(request)),
                new Answer(status, headers, Json.tree(Json.write(answer)))));
        return this;
    }

    private Map<String, Object> request() {
        return Map.of("type", type);
    }

    private Map<String, Object> taskBody(RunStatus status) {
        return mapOf(
                "id",
                task,
                "connectionKey",
                KEY,
                "type",
                type,
                "input",
                Map.of(),
                "status",
                status,
                "trigger",
                "MANUAL",
                "createdBy",
                "faults",
                "createdAt",
                second(1).toString(),
                "updatedAt",
                second(1).toString(),
                "parentTaskId",
                null,
                "latestRunId",
                runOfNow);
    }

    private Map<String, Object> runBody(RunStatus status, @Nullable String waiting) {
        String time = second(1).toString();
        return mapOf(
                "id",
                runOfNow,
                "taskId",
                task,
                "attempt",
                attempt,
                "status",
                status,
                "createdAt",
                time,
                "updatedAt",
                time,
                "startedAt",
                null,
                "completedAt",
                null,
                "canceledBy",
                null,
                "waiting",
                waiting == null ? null : Map.of("reason", waiting, "since", time));
    }

    private static Map<String, Object> problem(int status, @Nullable UUID task) {
        Map<String, Object> body = mapOf("type", "/problems/any", "title", "Any", "status", status, "detail", "Any.");
        if (task != null) {
            body.put("taskId", task);
        }
        return body;
    }

    private static UUID uuid(int number) {
        return UUID.fromString("00000000-0000-7000-8000-%012d".formatted(number));
    }

    @SuppressWarnings("NullAway") // A member of the contract may be null.
    private static Map<String, Object> mapOf(@Nullable Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
