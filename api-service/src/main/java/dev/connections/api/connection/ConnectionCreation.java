package dev.connections.api.connection;

import dev.connections.api.http.problem.ProblemException;
import dev.connections.api.task.TaskRequests;
import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Ids;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

/** Creates connections, each with its first crawl. */
@Service
class ConnectionCreation {
    private final ConnectionStore connections;
    private final PatternCheck patterns;
    private final SecretSealer sealer;
    private final TaskRequests tasks;

    ConnectionCreation(ConnectionStore connections, PatternCheck patterns, SecretSealer sealer, TaskRequests tasks) {
        this.connections = connections;
        this.patterns = patterns;
        this.sealer = sealer;
        this.tasks = tasks;
    }

    /** Stores the connection that a valid request describes. */
    @Transactional
    public Connection create(JsonNode request, String actor) {
        UUID id = Ids.next();
        String key = request.path("connectionKey").stringValue();
        Technology technology = Technology.of(request.path("technology").stringValue());
        ConnectionSettings settings = SettingsDefaults.fillIn(request.path("settings"));
        if (request.path("settings").has("crawl")) {
            patterns.require(settings.crawl().patterns());
        }
        StoredConnection stored = connections
                .insert(
                        id,
                        key,
                        technology,
                        sealer.seal(id, technology, request.path("clientConfiguration"), null),
                        settings,
                        actor)
                .orElseThrow(() -> ProblemException.conflict(
                        "connection-key-taken", "Unable to create connection. Connection key already exists."));
        if (request.path("options").path("crawlOnCreate").asBoolean(true)) {
            tasks.create(new NewTask(key, TaskType.CRAWL, TaskInput.DEFAULT, TaskTrigger.SYSTEM, actor, null));
        }
        return stored.answer(null);
    }
}
