package dev.connections.api.http.contract;

import dev.connections.connection.Technology;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rewrites the alternatives of the request schemas: where the contract has a "oneOf", a member selects the alternative,
 * so that errors are reported for that alternative only.
 */
final class PreciseAlternatives {
    private static final List<String> COMMON_MEMBERS = List.of("host", "port", "database", "tls");

    private PreciseAlternatives() {}

    /** Returns a copy of the document in which requests are described precisely. */
    static ObjectNode of(JsonNode document) {
        ObjectNode copy = (ObjectNode) document.deepCopy();
        ObjectNode schemas = (ObjectNode) copy.at("/components/schemas");
        selectByTechnology(schemas);
        for (String configuration : List.of("SnowflakeConfiguration", "DatabricksConfiguration")) {
            selectByAuthenticationType(
                    schemas, (ObjectNode) schemas.at("/" + configuration + "/properties/credential"));
        }
        selectByMember((ObjectNode) schemas.at("/SearchDataObjectsRequest/properties/connection"), "connectionKey");
        return copy;
    }

    /** The schema of the client configuration of a technology. */
    static String configurationOf(Technology technology) {
        return switch (technology) {
            case POSTGRESQL, MYSQL, MARIADB, SQL_SERVER, ORACLE, REDSHIFT, TRINO, TERADATA ->
                "DatabaseServerConfiguration";
            case SNOWFLAKE -> "SnowflakeConfiguration";
            case DATABRICKS -> "DatabricksConfiguration";
            case BIG_QUERY -> "BigQueryConfiguration";
            case GLUE -> "GlueConfiguration";
        };
    }

    private static void selectByTechnology(ObjectNode schemas) {
        ObjectNode request = (ObjectNode) schemas.path("CreateConnectionRequest");
        ((ObjectNode) request.path("properties"))
                .putObject("clientConfiguration")
                .put("type", "object");
        ArrayNode rules = request.putArray("allOf");
        for (Technology technology : Technology.values()) {
            ObjectNode rule = rules.addObject();
            whenEquals(rule, "technology", technology.label());
            putRef(
                    rule.putObject("then").putObject("properties").putObject("clientConfiguration"),
                    configurationOf(technology));
        }
        // For an unknown technology, check what all technologies have in common.
        ObjectNode unknown = rules.addObject();
        putRef(
                unknown.putObject("if")
                        .putObject("properties")
                        .putObject("technology")
                        .putObject("not"),
                "Technology");
        ObjectNode common = unknown.putObject("then")
                .putObject("properties")
                .putObject("clientConfiguration")
                .putObject("properties");
        JsonNode server = schemas.at("/DatabaseServerConfiguration/properties");
        COMMON_MEMBERS.forEach(member -> common.set(member, server.path(member).deepCopy()));
    }

    private static void selectByAuthenticationType(ObjectNode schemas, ObjectNode credential) {
        List<String> types = new ArrayList<>();
        ArrayNode rules = credential.arrayNode();
        for (JsonNode alternative : credential.path("oneOf")) {
            String name = nameOf(alternative);
            String type = schemas.at("/" + name + "/properties/authenticationType/const")
                    .stringValue();
            types.add(type);
            ObjectNode rule = rules.addObject();
            whenEquals(rule, "authenticationType", type);
            putRef(rule.putObject("then"), name);
        }
        credential.removeAll();
        credential.put("type", "object");
        credential.putArray("required").add("authenticationType");
        ArrayNode allowed = credential
                .putObject("properties")
                .putObject("authenticationType")
                .putArray("enum");
        types.forEach(allowed::add);
        credential.set("allOf", rules);
    }

    /** Selects the first of two alternatives if the member is present, else the second. */
    private static void selectByMember(ObjectNode schema, String member) {
        JsonNode alternatives = schema.path("oneOf").deepCopy();
        schema.remove("oneOf");
        schema.put("type", "object");
        schema.putObject("if").putArray("required").add(member);
        schema.set("then", alternatives.path(0));
        schema.set("else", alternatives.path(1));
    }

    private static void whenEquals(ObjectNode rule, String member, String value) {
        ObjectNode condition = rule.putObject("if");
        condition.putObject("properties").putObject(member).put("const", value);
        condition.putArray("required").add(member);
    }

    private static void putRef(ObjectNode schema, String name) {
        schema.put("$ref", "#/components/schemas/" + name);
    }

    private static String nameOf(JsonNode reference) {
        String ref = reference.path("$ref").stringValue();
        return ref.substring(ref.lastIndexOf('/') + 1);
    }
}
