package dev.connections.api.connection;

import dev.connections.json.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sorts the properties of a client configuration in the contract's order, which jsonb does not preserve. */
final class MemberOrder {
    private static final List<String> ORDER = List.of(
            "projectId",
            "region",
            "catalogId",
            "host",
            "port",
            "warehouse",
            "role",
            "httpPath",
            "catalog",
            "database",
            "tls",
            "properties",
            "credential",
            "mode",
            "caCertificate",
            "authenticationType",
            "accessKeyId",
            "secretAccessKey",
            "sessionToken",
            "key",
            "token",
            "clientId",
            "clientSecret",
            "authorityUrl",
            "scope",
            "publicCertificateThumbprint",
            "resource",
            "username",
            "privateKey",
            "filename",
            "content",
            "password");

    private MemberOrder() {}

    static JsonNode of(JsonNode configuration) {
        ObjectNode ordered = Json.object();
        configuration.properties().stream()
                .sorted(Comparator.comparingInt(MemberOrder::rank))
                .forEach(member -> ordered.set(
                        member.getKey(), member.getValue().isObject() ? of(member.getValue()) : member.getValue()));
        return ordered;
    }

    private static int rank(Map.Entry<String, JsonNode> member) {
        int rank = ORDER.indexOf(member.getKey());
        return rank < 0 ? ORDER.size() : rank;
    }
}
