package dev.connections.api.fuzz;

import dev.connections.api.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** What there is to ask for: ids and cursors that the answers so far have held. */
final class Pools {
    private static final int MOST = 200;

    private final Random random;
    private final List<String> keys = new ArrayList<>();
    private final List<String> objects = new ArrayList<>();
    private final List<Ids> tasks = new ArrayList<>();
    private final List<String> cursors = new ArrayList<>();

    /** A task with its latest run, and the connection that both belong to. */
    record Ids(String key, String task, String run) {}

    Pools(Random random) {
        this.random = random;
    }

    void learn(Answer answer) {
        if (answer.status() >= 300 || answer.body().isEmpty() || !answer.body().startsWith("{")) {
            return;
        }
        JsonNode json = answer.json();
        learnFrom(json);
        json.path("data").forEach(this::learnFrom);
        add(cursors, json.at("/meta/nextCursor"));
    }

    private void learnFrom(JsonNode resource) {
        if (resource.has("latestRunId")) {
            replaceSome(
                    tasks,
                    new Ids(text(resource, "connectionKey"), text(resource, "id"), text(resource, "latestRunId")));
        } else if (resource.has("remoteId")) {
            add(objects, resource.path("id"));
        } else if (resource.has("clientConfiguration")) {
            add(keys, resource.path("connectionKey"));
        }
    }

    String key() {
        return keys.isEmpty() ? "none" : any(keys);
    }

    String object() {
        return objects.isEmpty() ? uuid() : any(objects);
    }

    Ids task() {
        return tasks.isEmpty() ? new Ids(key(), uuid(), uuid()) : any(tasks);
    }

    String cursor() {
        return cursors.isEmpty() ? "none" : any(cursors);
    }

    String uuid() {
        return new UUID((random.nextLong() & ~0xf000L) | 0x7000L, (random.nextLong() >>> 2) | Long.MIN_VALUE)
                .toString();
    }

    private void add(List<String> pool, JsonNode value) {
        if (value.isString() && !pool.contains(value.stringValue())) {
            replaceSome(pool, value.stringValue());
        }
    }

    private <T> void replaceSome(List<T> pool, T value) {
        if (pool.size() < MOST) {
            pool.add(value);
        } else {
            pool.set(random.nextInt(MOST), value);
        }
    }

    private <T> T any(List<T> pool) {
        return pool.get(random.nextInt(pool.size()));
    }

    private static String text(JsonNode resource, String member) {
        return resource.path(member).asString("");
    }
}
