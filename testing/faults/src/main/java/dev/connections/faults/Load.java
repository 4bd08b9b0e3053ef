package dev.connections.faults;

import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Exchange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import tools.jackson.databind.JsonNode;

/** Clients that create, cancel and read tasks, and somebody who changes the source meanwhile. */
final class Load {
    private static final int CLIENTS = 4;
    private static final int RECENT = 60;
    private static final int PAUSE_MS = 200;
    private static final int CHANGE_EVERY_MS = 1_500;

    private final Api api;
    private final Source source;
    private final List<String> keys;
    private final Deque<Asked> recent = new ConcurrentLinkedDeque<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /** A task that was accepted, with its first run. */
    private record Asked(String path, String firstRun) {}

    Load(Api api, Source source, List<String> keys) {
        this.api = api;
        this.source = source;
        this.keys = keys;
    }

    void start(long seed) {
        for (int i = 0; i < CLIENTS; i++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
            threads.add(
                    Thread.ofPlatform().name("client-" + i).start(() -> repeat(() -> act(random), random, PAUSE_MS)));
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + CLIENTS);
        threads.add(Thread.ofPlatform()
                .name("source-changer")
                .start(() -> repeat(() -> source.change(random), random, CHANGE_EVERY_MS)));
    }

    /** Lets every client end its request, and ends. */
    void stop() throws InterruptedException {
        stop.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private interface Action {
        void run() throws InterruptedException, SQLException;
    }

    private void repeat(Action action, RandomGenerator random, int pauseMs) {
        try {
            while (!stop.await(random.nextInt(pauseMs / 2, pauseMs * 3 / 2), TimeUnit.MILLISECONDS)) {
                action.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException("the source itself failed", e);
        }
    }

    private void act(RandomGenerator random) throws InterruptedException {
        String key = keys.get(random.nextInt(keys.size()));
        int percent = random.nextInt(100);
        if (percent < 25) {
            create(random, key, Map.of("type", "VALIDATE"));
        } else if (percent < 50) {
            create(random, key, Map.of("type", "CRAWL"));
        } else if (percent < 62) {
            onSomeObject(random, key);
        } else if (percent < 78) {
            cancel(random);
        } else {
            look(random);
        }
    }

    /** Every fourth request goes to both APIs at once. */
    private void create(RandomGenerator random, String key, Map<String, Object> body) throws InterruptedException {
        String path = "/api/connections/" + key + "/tasks";
        if (random.nextInt(4) == 0) {
            Thread twin = Thread.ofVirtual().start(() -> {
                try {
                    remember(path, api.send("POST", path, body));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            remember(path, api.send("POST", path, body));
            twin.join();
        } else {
            remember(path, api.send("POST", path, body));
        }
    }

    private void remember(String path, Exchange exchange) {
        Answer answer = exchange.answer();
        if (answer != null && answer.status() == 201) {
            recent.addFirst(new Asked(
                    path + "/" + answer.body().path("id").asString(),
                    answer.body().path("latestRunId").asString()));
            while (recent.size() > RECENT) {
                recent.pollLast();
            }
        }
    }

    private void onSomeObject(RandomGenerator random, String key) throws InterruptedException {
        Exchange found = api.send(
                "POST",
                "/api/connections/data/search",
                Map.of(
                        "connection", Map.of("connectionKey", key),
                        "dataObject", Map.of("normalizedType", random.nextInt(6) == 0 ? "SCHEMA" : "TABLE"),
                        "limit", 50));
        Answer answer = found.answer();
        if (answer == null
                || answer.status() != 200
                || answer.body().path("data").isEmpty()) {
            return;
        }
        JsonNode objects = answer.body().path("data");
        String object = objects.get(random.nextInt(objects.size())).path("id").asString();
        switch (random.nextInt(3)) {
            case 0 -> create(random, key, Map.of("type", "CRAWL", "input", Map.of("objectId", object)));
            case 1 -> create(random, key, Map.of("type", "DELETE", "input", Map.of("objectId", object)));
            default -> api.send("DELETE", "/api/connections/" + key + "/data/" + object, null);
        }
    }

    private void cancel(RandomGenerator random) throws InterruptedException {
        List<Asked> asked = List.copyOf(recent);
        if (!asked.isEmpty()) {
            // Mostly one of the newest, which may still be in flight.
            Asked one = asked.get(random.nextInt(Math.min(asked.size(), 8)));
            api.send("POST", one.path + "/runs/" + one.firstRun + "/cancel", null);
        }
    }

    private void look(RandomGenerator random) throws InterruptedException {
        List<Asked> asked = List.copyOf(recent);
        if (!asked.isEmpty()) {
            Asked one = asked.get(random.nextInt(asked.size()));
            api.send("GET", one.path + (random.nextBoolean() ? "" : "/runs"), null);
        }
    }
}
