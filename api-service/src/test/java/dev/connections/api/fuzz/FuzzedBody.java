package dev.connections.api.fuzz;

import dev.connections.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes of a valid body one that is nearly valid, or one that is wild. */
final class FuzzedBody {
    /** Stands for half of a surrogate pair, which no UTF-8 text can hold. */
    private static final String HALF = "@HALF@";

    private static final List<String> ODD_VALUES = List.of(
            "null",
            "true",
            "\"\"",
            "\" \"",
            "0",
            "-1",
            "1.5",
            "5432.0",
            "\"5432\"",
            "\"true\"",
            "99999999999999999999",
            "1e300",
            "[]",
            "{}",
            "[[[]]]",
            "{\"a\": {\"b\": [null]}}",
            "\"[REDACTED]\"",
            "\"a\\u0000b\"",
            "\"" + HALF + "\"",
            "\"\\r\\nX-Evil: 1\"",
            "\"' or 1=1 --\"",
            "\"{{7*7}}${jndi:ldap://x}\"",
            "\"%s%n%00\"",
            "\"" + "x".repeat(5000) + "\"",
            "\"" + "\\u0301".repeat(300) + "\"");

    private final Random random;

    FuzzedBody(Random random) {
        this.random = random;
    }

    /** Changes one to three places of the tree. */
    byte[] nearly(JsonNode valid) {
        JsonNode tree = valid.deepCopy();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            List<JsonNode> containers = new ArrayList<>();
            collect(tree, containers);
            if (!containers.isEmpty()) {
                change(containers.get(random.nextInt(containers.size())));
            }
        }
        String text = random.nextInt(12) == 0 ? withDuplicate(Json.write(tree)) : Json.write(tree);
        return utf8(text.replace(HALF, random.nextBoolean() ? "\\ud800" : "\\udfff"));
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainer()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private void change(JsonNode container) {
        if (container instanceof ObjectNode object) {
            List<String> names = List.copyOf(object.propertyNames());
            switch (names.isEmpty() ? 0 : random.nextInt(5)) {
                case 0 -> object.set(oddName(), odd());
                case 1 -> object.remove(anyOf(names));
                default -> object.set(anyOf(names), odd());
            }
        } else if (container instanceof ArrayNode array) {
            array.add(odd());
        }
    }

    private String oddName() {
        return anyOf(List.of("colour", "", "a/b~c", "__proto__", "Type", "ID", "\u0000", HALF, "connectionkey", "é"));
    }

    private JsonNode odd() {
        return Json.tree(anyOf(ODD_VALUES));
    }

    private static String withDuplicate(String text) {
        Map.Entry<String, JsonNode> member =
                Json.tree(text).properties().stream().findFirst().orElse(null);
        return member == null ? text : "{" + Json.write(member.getKey()) + ":null," + text.substring(1);
    }

    /** Bytes of which few are a JSON object. */
    byte[] wild(JsonNode valid) {
        String text = Json.write(valid);
        return switch (random.nextInt(17)) {
            case 0 -> utf8(text.substring(0, random.nextInt(text.length())));
            case 1 -> noise(random.nextInt(300));
            case 2 -> new byte[0];
            case 3 ->
                utf8(anyOf(List.of("null", "[]", "5", "\"x\"", "true", " ", "NaN", "{'a':1}", "{\"a\":1,}", "/**/{}")));
            case 4 -> utf8("[".repeat(1 + random.nextInt(60_000)));
            case 5 -> utf8("{\"a\":".repeat(1 + random.nextInt(5_000)));
            case 6 -> utf8("{\"a\":\"" + "x".repeat(1024 * 1024 + random.nextInt(1024 * 1024)) + "\"}");
            case 7 -> utf8(text + " ".repeat(1024 * 1024 - utf8(text).length));
            case 8 -> text.getBytes(StandardCharsets.UTF_16);
            case 9 -> utf8("\ufeff" + text);
            case 10 -> utf8(text + anyOf(List.of("x", "{}", "]", "\u0000", ",")));
            case 11 -> utf8("{\"limit\":" + anyOf(List.of("1e999999999", "-1e-999999999", "9".repeat(1500))) + "}");
            case 12 -> utf8("{" + "\"a\":1,".repeat(20_000) + "\"b\":1}");
            case 13 -> utf8(manyMembers());
            case 14 -> (text + "é").getBytes(StandardCharsets.ISO_8859_1);
            case 15 -> utf8(text.replaceFirst("\"", "\"\u0007"));
            default -> flipped(utf8(text));
        };
    }

    private static String manyMembers() {
        StringBuilder body = new StringBuilder("{\"x\":0");
        for (int i = 0; i < 20_000; i++) {
            body.append(",\"m").append(i).append("\":").append(i);
        }
        return body.append('}').toString();
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] flipped(byte[] bytes) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private <T> T anyOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
