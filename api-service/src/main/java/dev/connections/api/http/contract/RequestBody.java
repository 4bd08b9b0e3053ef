package dev.connections.api.http.contract;

import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.api.http.problem.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parses bodies strictly: one JSON value, no duplicate member, no text that PostgreSQL cannot store. The limits bound
 * what a body of the largest size costs: how many violations it can have, and how long their pointers are.
 */
final class RequestBody {
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxTokenCount(20_000)
            .maxNestingDepth(16)
            .maxNameLength(256)
            .maxStringLength(65_536)
            .build();

    private static final JsonMapper STRICT = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(LIMITS).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private RequestBody() {}

    static JsonNode read(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            throw InvalidRequestException.of("", "is empty; send a JSON object");
        }
        try (JsonParser parser = STRICT.createParser(body)) {
            JsonNode tree = whole(parse(parser));
            List<Violation> violations = new ArrayList<>();
            check(tree, "", violations);
            Contract.refuse(violations);
            return tree;
        }
    }

    private static JsonNode parse(JsonParser parser) {
        try {
            JsonNode tree = STRICT.readTree(parser);
            if (tree == null || tree.isMissingNode()) {
                throw InvalidRequestException.of("", "is empty; send a JSON object");
            }
            if (parser.nextToken() != null) {
                throw InvalidRequestException.of("", "has content after the JSON value; send one value only");
            }
            return tree;
        } catch (StreamConstraintsException e) {
            throw InvalidRequestException.of(
                    "",
                    "has more than 20,000 JSON tokens or 16 levels, or a name of more than 256 characters, a string of"
                            + " more than 65,536 or a number of more than 1,000" + position(e) + "; send less");
        } catch (JacksonException e) {
            // The parser's message is not used, as it may quote a secret.
            boolean twice =
                    e.getOriginalMessage() != null && e.getOriginalMessage().startsWith("Duplicate");
            String where = twice ? parser.streamReadContext().pathAsPointer().toString() : "";
            throw InvalidRequestException.of(
                    where,
                    twice
                            ? "appears more than once; send each property once"
                            : "is not valid JSON" + position(e) + "; correct it and send it again");
        }
    }

    private static String position(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static void check(JsonNode node, String pointer, List<Violation> violations) {
        switch (node.getNodeType()) {
            case STRING -> checkText(node.stringValue(), pointer, violations);
            case OBJECT -> checkMembers((ObjectNode) node, pointer, violations);
            case ARRAY -> checkItems((ArrayNode) node, pointer, violations);
            case NUMBER -> {
                if (node.isDouble() && !Double.isFinite(node.doubleValue())) {
                    violations.add(new Violation(pointer, "is a number out of range; send a smaller one"));
                }
            }
            case BINARY, BOOLEAN, MISSING, NULL, POJO -> {}
        }
    }

    private static void checkMembers(ObjectNode object, String pointer, List<Violation> violations) {
        for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
            String at = SchemaErrors.append(pointer, member.getKey());
            checkText(member.getKey(), at, violations);
            JsonNode whole = whole(member.getValue());
            object.set(member.getKey(), whole);
            check(whole, at, violations);
        }
    }

    private static void checkItems(ArrayNode array, String pointer, List<Violation> violations) {
        for (int i = 0; i < array.size(); i++) {
            array.set(i, whole(array.get(i)));
            check(array.get(i), pointer + "/" + i, violations);
        }
    }

    /** JSON Schema accepts 5432.0 as an integer; it is converted to one here. */
    private static JsonNode whole(JsonNode node) {
        double value = node.isDouble() ? node.doubleValue() : Double.NaN;
        return Double.isFinite(value) && value == Math.rint(value)
                ? STRICT.getNodeFactory().numberNode(BigDecimal.valueOf(value).toBigInteger())
                : node;
    }

    /** Returns why a text cannot be stored; null if it can. */
    static @Nullable String unfit(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "must not contain the character U+0000";
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return "must not contain an unpaired surrogate";
            }
        }
        return null;
    }

    private static void checkText(String text, String pointer, List<Violation> violations) {
        String unfit = unfit(text);
        if (unfit != null) {
            violations.add(new Violation(pointer, unfit));
        }
    }
}
