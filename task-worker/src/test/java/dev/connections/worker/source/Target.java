package dev.connections.worker.source;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import dev.connections.task.ClaimedRun;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Limits;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A connection as a user configured it, and executions of runs on it. */
public record Target(UUID connectionId, Technology technology, ObjectNode configuration) {
    private static final SecretSealer SEALER = new SecretSealer(SecretSealer.newKeyset());

    public static Target postgres(int port) {
        ObjectNode configuration =
                Json.object().put("host", "127.0.0.1").put("port", port).put("database", "shop");
        configuration.putObject("tls").put("mode", "DISABLE");
        return new Target(Ids.next(), Technology.POSTGRESQL, configuration).login("app", "s3cret-of-app");
    }

    public Target login(String user, @Nullable String password) {
        ObjectNode credential = configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", user);
        if (password != null) {
            credential.put("password", password);
        }
        return this;
    }

    public Target host(String host) {
        configuration.put("host", host);
        return this;
    }

    public Target database(String database) {
        configuration.put("database", database);
        return this;
    }

    public Target tls(String mode, @Nullable String caCertificate) {
        configuration.putObject("tls").put("mode", mode).put("caCertificate", caCertificate);
        return this;
    }

    public Target properties(Map<String, String> properties) {
        ObjectNode extra = configuration.putObject("properties");
        properties.forEach(extra::put);
        return this;
    }

    public Target as(Technology other) {
        return new Target(connectionId, other, configuration);
    }

    public DatabaseServer server() {
        return Json.convert(configuration, DatabaseServer.class);
    }

    public Execution execution(TaskType type) {
        return execution(type, List.of("**"));
    }

    public Execution execution(TaskType type, List<String> include) {
        var target = new ClaimedRun.Target(
                connectionId,
                "shop",
                technology,
                SEALER.seal(connectionId, technology, configuration, null),
                new ConnectionSettings(
                        new ConnectionSettings.Crawl(null, include, List.of(), null),
                        ConnectionSettings.NewObjectActivation.ENABLED));
        return new Execution(
                new ClaimedRun(Ids.next(), Ids.next(), 1, 1, type, TaskTrigger.MANUAL, TaskInput.DEFAULT, target),
                target,
                SEALER,
                Limits.DEFAULT);
    }
}
