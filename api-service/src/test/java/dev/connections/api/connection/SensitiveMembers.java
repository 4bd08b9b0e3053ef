package dev.connections.api.connection;

import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The members of the contract's schemas, and values with every member, as the published document describes them. */
record SensitiveMembers(JsonNode document) {
    /** Free-form members, and one that has to be a real certificate. */
    private static final Set<String> LEFT_OUT = Set.of("properties", "caCertificate");

    /** A value with every member of one alternative, each secret another text. */
    record Example(ObjectNode value, List<JsonPointer> secrets) {}

    JsonNode schema(String name) {
        return document.at("/components/schemas/" + name);
    }

    /** The names of the schemas of the components that have a sensitive member of their own or are sensitive. */
    Set<String> sensitiveSchemas() {
        Set<String> names = new LinkedHashSet<>();
        for (Map.Entry<String, JsonNode> schema :
                document.at("/components/schemas").properties()) {
            boolean itself = isSensitive(schema.getValue());
            boolean member = schema.getValue().path("properties").valueStream().anyMatch(this::isSensitive);
            if (itself || member) {
                names.add(schema.getKey());
            }
        }
        return names;
    }

    /** The names of the schemas that a schema refers to, itself included. */
    Set<String> reachedFrom(String name) {
        Set<String> reached = new LinkedHashSet<>();
        reach(schema(name), reached);
        reached.add(name);
        return reached;
    }

    private void reach(JsonNode node, Set<String> reached) {
        if (node.has("$ref")) {
            String ref = node.path("$ref").stringValue();
            if (reached.add(ref.substring(ref.lastIndexOf('/') + 1))) {
                reach(document.at(ref.substring(1)), reached);
            }
        }
        node.forEach(child -> reach(child, reached));
    }

    /** The leaves below a schema: those that are sensitive, or those that are not. */
    Set<JsonPointer> leaves(String name, boolean sensitive) {
        Set<JsonPointer> found = new LinkedHashSet<>();
        collect(schema(name), JsonPointer.empty(), sensitive, found);
        return found;
    }

    private void collect(JsonNode schema, JsonPointer at, boolean sensitive, Set<JsonPointer> found) {
        JsonNode resolved = resolve(schema);
        if (isSensitive(resolved)
                || (resolved.path("properties").isEmpty()
                        && alternatives(resolved).isEmpty())) {
            if (isSensitive(resolved) == sensitive) {
                found.add(at);
            }
            return;
        }
        alternatives(resolved).forEach(one -> collect(one, at, sensitive, found));
        for (Map.Entry<String, JsonNode> member : resolved.path("properties").properties()) {
            collect(member.getValue(), at.appendProperty(member.getKey()), sensitive, found);
        }
    }

    /** One value for each alternative of the schema's members. */
    List<Example> examples(String name) {
        JsonNode schema = schema(name);
        List<JsonNode> credentials = alternatives(resolve(schema.at("/properties/credential")));
        List<Example> examples = new ArrayList<>();
        for (JsonNode credential : credentials.isEmpty() ? List.of(schema.at("/properties/credential")) : credentials) {
            List<JsonPointer> secrets = new ArrayList<>();
            ObjectNode value = object(schema, JsonPointer.empty(), secrets);
            value.set(
                    "credential",
                    object(resolve(credential), JsonPointer.empty().appendProperty("credential"), secrets));
            examples.add(new Example(value, List.copyOf(secrets)));
        }
        return examples;
    }

    private ObjectNode object(JsonNode schema, JsonPointer at, List<JsonPointer> secrets) {
        ObjectNode value = Json.object();
        for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
            String name = member.getKey();
            if (!LEFT_OUT.contains(name) && !name.equals("credential")) {
                value.set(name, value(resolve(member.getValue()), name, at.appendProperty(name), secrets));
            }
        }
        return value;
    }

    private JsonNode value(JsonNode schema, String name, JsonPointer at, List<JsonPointer> secrets) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (isSensitive(schema)) {
            secrets.add(at);
            return json.stringNode("secret-" + UUID.randomUUID());
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(0);
        }
        if (schema.has("properties")) {
            return object(schema, at, secrets);
        }
        if (schema.path("type").asString("").equals("integer")) {
            return json.numberNode(4443);
        }
        boolean url = schema.path("format").asString("").equals("uri");
        return json.stringNode(url ? "https://login.example.com" : name.equals("host") ? "db.example.com" : name);
    }

    private JsonNode resolve(JsonNode schema) {
        return schema.has("$ref")
                ? document.at(schema.path("$ref").stringValue().substring(1))
                : schema;
    }

    private boolean isSensitive(JsonNode schema) {
        return resolve(schema).path("x-sensitive").asBoolean(false);
    }

    private static List<JsonNode> alternatives(JsonNode schema) {
        List<JsonNode> all = new ArrayList<>();
        for (String keyword : List.of("oneOf", "anyOf", "allOf")) {
            schema.path(keyword).forEach(all::add);
        }
        return all;
    }
}
