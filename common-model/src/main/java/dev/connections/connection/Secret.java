package dev.connections.connection;

import com.fasterxml.jackson.annotation.JsonCreator;
import tools.jackson.databind.JsonNode;

/**
 * A password, token or key in clear. It exists only in the worker that uses it, and its toString does not reveal it.
 */
public final class Secret {
    private final String clear;

    public Secret(String clear) {
        this.clear = clear;
    }

    /** Parses a JSON string from a tree, because the mapper's error message for any other value would quote it. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Secret read(JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException("a secret must be a string");
        }
        return new Secret(value.stringValue());
    }

    /** The secret itself, for the driver. */
    public String reveal() {
        return clear;
    }

    @Override
    public String toString() {
        return SecretSealer.REDACTED;
    }
}
