package dev.connections.lab;

import java.util.Map;
import java.util.UUID;

/**
 * The row of a connection that is made in the database, past the API.
 *
 * @param configuration its client configuration as JSON, sealed where it has a secret
 */
public record ConnectionRow(UUID id, String key, String state, String configuration) {
    /** Takes {@link #parameters()} by name. */
    public static final String INSERT = """
            insert into connection (id, connection_key, technology, state, client_configuration, settings, created_by,
                                    updated_by)
            values (:id, :key, 'PostgreSQL', :state, :configuration::jsonb, :settings::jsonb, 'test', 'test')
            """;

    /** Settings as the API fills them in: no schedule, everything included. */
    public static final String SETTINGS = """
            {"crawl": {"schedule": null, "include": ["**"], "exclude": [], "missingObjectRetention": null},
             "newObjectActivation": "ENABLED"}
            """;

    /** An active one that is never connected to. */
    public static ConnectionRow active(UUID id, String key) {
        return new ConnectionRow(id, key, "ACTIVE", "{}");
    }

    public Map<String, Object> parameters() {
        return Map.of("id", id, "key", key, "state", state, "configuration", configuration, "settings", SETTINGS);
    }
}
