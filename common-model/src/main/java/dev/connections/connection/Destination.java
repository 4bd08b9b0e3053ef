package dev.connections.connection;

import dev.connections.connection.ClientConfiguration.TlsMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Where the secrets of a client configuration go: to which server, over which TLS, and as whose. Two configurations with
 * equal destinations send a secret to the same place.
 *
 * @param members by JSON pointer, with defaults filled in and in one spelling; empty where a configuration has none
 */
record Destination(Technology technology, Map<JsonPointer, String> members) {
    private static final JsonPointer HOST = JsonPointer.compile("/host");
    private static final JsonPointer PORT = JsonPointer.compile("/port");
    private static final JsonPointer TLS_MODE = JsonPointer.compile("/tls/mode");
    /** Members whose text is taken as it is. The region is part of a host name; an authority receives the secret. */
    private static final List<JsonPointer> TEXTS = List.of(
            JsonPointer.compile("/tls/caCertificate"),
            JsonPointer.compile("/region"),
            JsonPointer.compile("/credential/authenticationType"),
            JsonPointer.compile("/credential/authorityUrl"),
            JsonPointer.compile("/credential/username"),
            JsonPointer.compile("/credential/clientId"),
            JsonPointer.compile("/credential/accessKeyId"));

    Destination {
        members = Map.copyOf(members);
    }

    static Destination of(Technology technology, JsonNode configuration) {
        Map<JsonPointer, String> members = new LinkedHashMap<>();
        TlsMode mode = modeOf(configuration);
        // Host names and the digits of IPv6 addresses have no case.
        members.put(HOST, configuration.at(HOST).asString("").toLowerCase(Locale.ROOT));
        members.put(PORT, String.valueOf(configuration.at(PORT).asInt(technology.defaultPort(mode.isCertain()))));
        members.put(TLS_MODE, mode.name());
        TEXTS.forEach(text -> members.put(text, configuration.at(text).asString("")));
        return new Destination(technology, members);
    }

    private static TlsMode modeOf(JsonNode configuration) {
        JsonNode mode = configuration.at(TLS_MODE);
        return mode.isString() ? TlsMode.valueOf(mode.stringValue()) : TlsMode.PREFER;
    }

    /** The members that direct a secret, as JSON pointers relative to the configuration, in a fixed order. */
    static List<JsonPointer> pointers() {
        List<JsonPointer> pointers = new ArrayList<>(List.of(HOST, PORT, TLS_MODE));
        pointers.addAll(TEXTS);
        return List.copyOf(pointers);
    }

    /** The members in which the destinations differ. */
    List<JsonPointer> differences(Destination other) {
        return pointers().stream()
                .filter(pointer -> !value(pointer).equals(other.value(pointer)))
                .toList();
    }

    /** What a secret of the connection is bound to: each part with its length before it, so that none runs into the next. */
    byte[] associatedData(UUID connectionId, JsonPointer secret) {
        StringBuilder parts = new StringBuilder();
        append(parts, connectionId.toString());
        append(parts, secret.toString());
        append(parts, technology.label());
        pointers().forEach(pointer -> append(parts, value(pointer)));
        return parts.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String value(JsonPointer pointer) {
        return members.getOrDefault(pointer, "");
    }

    private static void append(StringBuilder parts, String part) {
        parts.append(part.length()).append(':').append(part);
    }
}
