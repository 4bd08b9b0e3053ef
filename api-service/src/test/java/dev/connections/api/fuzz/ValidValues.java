package dev.connections.api.fuzz;

import dev.connections.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes values that fit schemas of the contract. */
final class ValidValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> LETTERS = List.of(
            "a", "b", "z", "A", "Q", "0", "7", " ", "_", "-", ".", "/", "*", "'", "\"", "\\", "%", "é", "ß", "中", "😀");

    /** Where a schema leaves open what the description asks for. */
    private static final Map<String, List<String>> WORDS = Map.of(
            "host", List.of("db.example.com", "10.0.0.1", "::1", "localhost", "xn--bcher-kva.example"),
            "schedule", List.of("PT24H", "PT5M", "P1D", "0 3 * * *", "*/15 * * * 1-5"),
            "missingObjectRetention", List.of("P30D", "PT12H"),
            "include", List.of("**", "shop/*", "*/public/**", "shop/sales/o*"),
            "exclude", List.of("**/tmp_*", "*/audit"),
            "authorityUrl", List.of("https://login.example.com/t/oauth2"));

    private final JsonNode document;
    private final Random random;
    private final Pools pools;

    ValidValues(JsonNode document, Random random, Pools pools) {
        this.document = document;
        this.random = random;
        this.pools = pools;
    }

    /** A value for a schema of that name. */
    JsonNode ofSchema(String name) {
        return of(document.at("/components/schemas/" + name), name, 0);
    }

    /**
     * A value for the schema.
     *
     * @param member the name of the member that it is for
     */
    JsonNode of(JsonNode schema, String member, int depth) {
        if (schema.has("$ref")) {
            String ref = schema.path("$ref").stringValue();
            String name = ref.substring(ref.lastIndexOf('/') + 1);
            return name.equals("Uuid") ? uuid(member) : of(document.at(ref.substring(1)), word(member, name), depth);
        }
        for (String alternatives : List.of("oneOf", "anyOf")) {
            if (schema.has(alternatives)) {
                return of(any(schema.path(alternatives)), member, depth);
            }
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.has("enum")) {
            return any(schema.path("enum"));
        }
        JsonNode type = schema.path("type").isArray() ? any(schema.path("type")) : schema.path("type");
        return switch (type.asString("object")) {
            case "string" -> JSON.stringNode(text(schema, member));
            case "integer" -> JSON.numberNode(integer(schema));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "array" -> array(schema, member, depth);
            case "null" -> JSON.nullNode();
            default -> object(schema, depth);
        };
    }

    private static String word(String member, String schemaName) {
        return WORDS.containsKey(member) ? member : schemaName;
    }

    private JsonNode uuid(String member) {
        return JSON.stringNode(member.equals("objectId") && random.nextInt(4) > 0 ? pools.object() : pools.uuid());
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = Json.object();
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.stringValue()));
        boolean atLeastOne = schema.has("minProperties");
        schema.path("properties").forEachEntry((name, member) -> {
            if (required.contains(name) || random.nextInt(3 + depth) == 0) {
                object.set(name, of(member, name, depth + 1));
            }
        });
        if (atLeastOne && object.isEmpty()) {
            List<String> names = List.copyOf(schema.path("properties").propertyNames());
            String name = names.get(random.nextInt(names.size()));
            object.set(name, of(schema.path("properties").path(name), name, depth + 1));
        }
        if (schema.path("additionalProperties").isObject() && random.nextInt(4) == 0) {
            object.put("ApplicationName", "fuzzer");
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String member, int depth) {
        ArrayNode array = JSON.arrayNode();
        int size = schema.path("minItems").asInt(0) + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            array.add(of(schema.path("items"), member, depth + 1));
        }
        return array;
    }

    private long integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(1000);
        return switch (random.nextInt(4)) {
            case 0 -> least;
            case 1 -> most;
            default -> least + random.nextLong(most - least + 1);
        };
    }

    private String text(JsonNode schema, String member) {
        if (schema.has("pattern")) {
            return random.nextInt(3) == 0 ? pools.key() : "f-" + Long.toHexString(random.nextLong());
        }
        List<String> words = WORDS.get(member.equals("Host") ? "host" : member);
        if (words != null) {
            return words.get(random.nextInt(words.size()));
        }
        int length = Math.max(schema.path("minLength").asInt(0), random.nextInt(12));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.get(random.nextInt(LETTERS.size())));
        }
        return text.toString();
    }

    private JsonNode any(JsonNode list) {
        return list.path(random.nextInt(list.size()));
    }
}
