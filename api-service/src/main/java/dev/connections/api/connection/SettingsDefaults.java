package dev.connections.api.connection;

import dev.connections.connection.ConnectionSettings;
import dev.connections.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Fills in the contract's defaults for omitted settings; an explicit null stays. */
final class SettingsDefaults {
    private static final String DEFAULTS = """
            {"crawl": {"schedule": "PT24H", "include": ["**"], "exclude": [], "missingObjectRetention": null},
             "newObjectActivation": "ENABLED"}
            """;

    private SettingsDefaults() {}

    static ConnectionSettings fillIn(JsonNode settings) {
        ObjectNode filled = (ObjectNode) Json.tree(DEFAULTS);
        settings.path("crawl").forEachEntry(((ObjectNode) filled.path("crawl"))::set);
        if (settings.has("newObjectActivation")) {
            filled.set("newObjectActivation", settings.path("newObjectActivation"));
        }
        return Json.convert(filled, ConnectionSettings.class);
    }
}
