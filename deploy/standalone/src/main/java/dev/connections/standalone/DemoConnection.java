package dev.connections.standalone;

import dev.connections.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A demo source as a connection of this service. */
record DemoConnection(ApiClient api, DemoSource source) {
    private static final String CONNECTIONS = "/api/connections";
    private static final Set<String> CHANGEABLE = Set.of("ACTIVE", "UNHEALTHY");
    private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELED");
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** More objects than this are not counted one by one: someone has enlarged the demo. */
    private static final int COUNTED_PAGES = 20;

    /**
     * The demo's objects in the catalog.
     *
     * @param byType how many objects of each type
     * @param complete false where there are too many to count
     * @param schema id of a schema to look into; null where there is none
     */
    record Found(
            Map<String, Integer> byType,
            boolean complete,
            @Nullable String schema) {}

    /** The outcome of the registration. */
    enum Registered {
        /** The connection did not exist. */
        NEW,
        /** The connection existed and points to the source. */
        KNOWN,
        /** The connection points to the source's old address and cannot be changed: it is INACTIVE or being deleted. */
        LEADS_ELSEWHERE
    }

    private String path() {
        return CONNECTIONS + "/" + source.key();
    }

    /** Registers the connection. A restart may have moved the source to another port. */
    Registered register() throws IOException, InterruptedException {
        ApiClient.Answer known = api.get(path());
        if (known.status() == 404) {
            api.send("POST", CONNECTIONS, create()).expect(201);
            return Registered.NEW;
        }
        JsonNode connection = known.expect(200);
        if (connection.at("/clientConfiguration/port").asInt(0) == source.port()) {
            return Registered.KNOWN;
        }
        if (!CHANGEABLE.contains(connection.path("state").asString(""))) {
            return Registered.LEADS_ELSEWHERE;
        }
        // The stored password was given for the old address; a change of that needs it again.
        Map<String, Object> moved = new TreeMap<>(address());
        moved.put("credential", Map.of("password", source.password()));
        api.send("PATCH", path(), Map.of("clientConfiguration", moved)).expect(200);
        return Registered.KNOWN;
    }

    /** Waits until the crawl that the registration created has ended; returns its task's last status. */
    String awaitFirstCrawl() throws IOException, InterruptedException {
        while (true) {
            JsonNode tasks =
                    api.get(path() + "/tasks?type=CRAWL&limit=100").expect(200).path("data");
            // Newest first; the children of a crawl are newer than the crawl.
            for (JsonNode task : tasks) {
                String status = task.path("status").asString("");
                if (task.path("parentTaskId").isNull() && ENDED.contains(status)) {
                    return status;
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    /** Counts the demo's objects in the catalog. */
    Found found() throws IOException, InterruptedException {
        Map<String, Integer> byType = new TreeMap<>();
        String schema = null;
        String cursor = null;
        for (int page = 0; page < COUNTED_PAGES; page++) {
            JsonNode answer = api.send("POST", CONNECTIONS + "/data/search", presentObjects(cursor))
                    .expect(200);
            for (JsonNode object : answer.path("data")) {
                byType.merge(object.path("type").asString(""), 1, Integer::sum);
                if (object.path("name").asString("").equals("sales")
                        && object.path("type").asString("").equals("SCHEMA")) {
                    schema = object.path("id").asString("");
                }
            }
            JsonNode next = answer.path("meta").path("nextCursor");
            if (!next.isString()) {
                return new Found(byType, true, schema);
            }
            cursor = next.stringValue();
        }
        return new Found(byType, false, schema);
    }

    private JsonNode presentObjects(@Nullable String cursor) {
        var search = Json.object().put("limit", 100);
        search.putObject("connection").put("connectionKey", source.key());
        search.putObject("dataObject").put("remoteState", "PRESENT");
        return cursor == null ? search : search.put("cursor", cursor);
    }

    private Map<String, Object> create() {
        Map<String, Object> configuration = new TreeMap<>(address());
        configuration.put("database", source.database());
        configuration.put(
                "credential",
                Map.of(
                        "authenticationType",
                        "UsernamePassword",
                        "username",
                        source.user(),
                        "password",
                        source.password()));
        return Map.of(
                "connectionKey", source.key(), "technology", source.technology(), "clientConfiguration", configuration);
    }

    private Map<String, Object> address() {
        return Map.of("host", "127.0.0.1", "port", source.port());
    }
}
