package dev.connections.api.http.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.ContractAssertions;
import dev.connections.api.FullOutbox;
import dev.connections.api.Requests;
import dev.connections.api.RunningApi;
import dev.connections.api.StreamCrowd;
import dev.connections.api.catalog.CatalogFixture;
import dev.connections.api.http.contract.ContractDocument.Operation;
import dev.connections.json.Ids;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Brings about every status of every operation that the contract names, each as the contract describes it. */
class StatusCodesTest {
    private static final ContractDocument CONTRACT = new ContractDocument();
    private static final String CRAWL = "{\"type\": \"CRAWL\"}";
    private static final String NO_CHANGE = "{\"settings\": {}}";
    private static final String SEARCH = "{\"dataObject\": {\"name\": \"orders\"}}";

    /** What each operation takes that takes a body. */
    private static final Map<String, String> BODIES = Map.of(
            "createConnection", Requests.postgres("never-created"),
            "updateConnection", NO_CHANGE,
            "searchDataObjects", SEARCH,
            "updateDataObject", NO_CHANGE,
            "createTask", CRAWL,
            "createTasks", taskOf("nobody"));

    private final RunningApi api = RunningApi.get();
    private final Set<String> produced = new TreeSet<>();

    @Test
    void eachStatusThatTheContractNamesIsAnsweredAsItSays() {
        for (Operation operation : CONTRACT.operations()) {
            refusals(operation);
        }
        connections();
        stateConflicts();
        dataObjects();
        tasks();
        unavailable();
        assertThat(produced).containsExactlyInAnyOrderElementsOf(named());
    }

    /** 400, 401, 403 and 404: the same for all. */
    private void refusals(Operation operation) {
        String body = BODIES.get(operation.id());
        String somewhere = filled(operation, "nobody");
        boolean ofConnection = operation.path().contains("{connectionKey}");
        expect(operation.id(), 401, api.send(api.anonymous(method(operation), somewhere, body)));
        String powerless = api.tokens().mint("bob", "another:scope");
        expect(operation.id(), 403, api.send(api.request(powerless, method(operation), somewhere, body)));
        if (ofConnection) {
            expect(operation.id(), 404, call(operation, somewhere, body));
            expect(operation.id(), 400, call(operation, filled(operation, "no.key"), body));
        } else if (body == null) {
            expect(operation.id(), 400, call(operation, somewhere + "?limit=0", null));
        } else {
            expect(operation.id(), 400, call(operation, somewhere, "{}"));
        }
    }

    private static String taskOf(String key) {
        return "{\"tasks\": [{\"connectionKey\": \"%s\", \"type\": \"CRAWL\"}]}".formatted(key);
    }

    private void connections() {
        String key = RunningApi.newKey();
        String path = "/api/connections/" + key;
        expect("createConnection", 201, api.post("/api/connections", Requests.postgres(key)));
        expect("createConnection", 409, api.post("/api/connections", Requests.postgres(key)));
        expect("listConnections", 200, api.get("/api/connections?limit=1"));
        expect("getConnection", 200, api.get(path));
        expect("updateConnection", 200, api.patch(path, NO_CHANGE));
        expect("validateConnection", 202, api.post(path + "/validate", null));
        Answer inFlight = api.post(path + "/validate", null);
        expect("validateConnection", 409, inFlight);
        assertThat(inFlight.json().has("taskId")).isTrue();
        expect("deactivateConnection", 200, api.post(path + "/deactivate", null));
        expect("activateConnection", 200, api.post(path + "/activate", null));
        api.post(path + "/deactivate", null).is(200);
        expect("deleteConnection", 202, api.delete(path));
        Answer deleting = api.delete(path);
        expect("deleteConnection", 409, deleting);
        assertThat(deleting.json().has("taskId")).isTrue();
    }

    private void stateConflicts() {
        String path = api.newConnection();
        expect("activateConnection", 409, api.post(path + "/activate", null));
        expect("deleteConnection", 409, api.delete(path));
        api.post(path + "/deactivate", null).is(200);
        expect("deactivateConnection", 409, api.post(path + "/deactivate", null));
        expect("updateConnection", 409, api.patch(path, NO_CHANGE));
        expect("validateConnection", 409, api.post(path + "/validate", null));
        expect("createTask", 409, api.post(path + "/tasks", CRAWL));
    }

    private void dataObjects() {
        CatalogFixture catalog = new CatalogFixture(api);
        String database = catalog.data(catalog.database("shop"));
        expect("searchDataObjects", 200, api.post("/api/connections/data/search", SEARCH));
        expect("listRootDataObjects", 200, api.get(catalog.path + "/data"));
        expect("getDataObject", 200, api.get(database));
        expect("updateDataObject", 200, api.patch(database, "{\"settings\": {\"activation\": \"DISABLED\"}}"));
        expect("listDataObjectChildren", 200, api.get(database + "/children"));
        expect("deleteDataObject", 202, api.delete(database));
        Answer inFlight = api.delete(database);
        expect("deleteDataObject", 409, inFlight);
        assertThat(inFlight.json().has("taskId")).isTrue();
    }

    private void tasks() {
        String tasks = api.newConnection() + "/tasks";
        Answer created = api.post(tasks, CRAWL);
        expect("createTask", 201, created);
        Answer inFlight = api.post(tasks, CRAWL);
        expect("createTask", 409, inFlight);
        assertThat(inFlight.at("/taskId")).isEqualTo(created.at("/id"));
        String task = tasks + "/" + created.at("/id");
        String run = task + "/runs/" + created.at("/latestRunId");
        expect("createTasks", 200, api.post("/api/connections/tasks", taskOf("nobody")));
        expect("listTasks", 200, api.get(tasks));
        expect("getTask", 200, api.get(task));
        expect("listTaskRuns", 200, api.get(task + "/runs"));
        expect("getTaskRun", 200, api.get(run));
        expect("cancelTaskRun", 200, api.post(run + "/cancel", null));
        expect("streamTaskEvents", 200, api.get(task + "/events"));
        expect("streamTaskEvents", 429, oneStreamTooMany(api.newConnection() + "/tasks"));
    }

    /** Opens streams of a task that does not end, until the service refuses one. */
    private Answer oneStreamTooMany(String tasks) {
        String path = tasks + "/" + api.post(tasks, CRAWL).at("/id") + "/events";
        String token = api.tokens().mint("crowd", "connections:read");
        try (StreamCrowd crowd = new StreamCrowd(api)) {
            return crowd.refusal(path, token);
        }
    }

    private void unavailable() {
        CatalogFixture catalog = new CatalogFixture(api);
        String table = catalog.data(catalog.table(catalog.schema(catalog.database("d"), "s"), "t"));
        String inactive = api.newConnection();
        api.post(inactive + "/deactivate", null).is(200);
        FullOutbox.during(api, () -> {
            expect("createTask", 503, api.post(catalog.path + "/tasks", CRAWL));
            expect("createTasks", 503, api.post("/api/connections/tasks", taskOf("nobody")));
            expect("validateConnection", 503, api.post(catalog.path + "/validate", null));
            expect("deleteDataObject", 503, api.delete(table));
            expect("deleteConnection", 503, api.delete(inactive));
        });
        assertThat(api.get(inactive).at("/state")).isEqualTo("INACTIVE");
    }

    /** Checks the whole answer against the contract, and notes what it is. */
    private void expect(String operation, int status, Answer answer) {
        assertThat(ContractAssertions.operation(answer).id()).isEqualTo(operation);
        answer.is(status);
        produced.add(operation + " " + status);
    }

    private Answer call(Operation operation, String path, @Nullable String body) {
        return api.send(api.request(method(operation), path, body));
    }

    private static String filled(Operation operation, String key) {
        return operation
                .path()
                .replace("{connectionKey}", key)
                .replaceAll("\\{\\w+}", Ids.next().toString());
    }

    private static String method(Operation operation) {
        return operation.method().name();
    }

    private static List<String> named() {
        JsonNode paths = CONTRACT.tree().path("paths");
        return CONTRACT.operations().stream()
                .flatMap(operation -> paths
                        .path(operation.path())
                        .path(method(operation).toLowerCase(java.util.Locale.ROOT))
                        .path("responses")
                        .propertyNames()
                        .stream()
                        .map(status -> operation.id() + " " + status))
                .toList();
    }
}
