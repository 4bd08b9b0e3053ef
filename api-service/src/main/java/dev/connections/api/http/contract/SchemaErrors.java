package dev.connections.api.http.contract;

import com.networknt.schema.Error;
import dev.connections.api.http.problem.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Translates schema errors into the API's violations. The value itself is never quoted, as it may be a secret. */
final class SchemaErrors {
    private SchemaErrors() {}

    /** The errors as violations, at most one for each member. */
    static List<Violation> violations(List<Error> errors, String prefix) {
        Map<String, Violation> first = new LinkedHashMap<>();
        for (Error error : errors) {
            String pointer = prefix + error.getInstanceLocation();
            switch (error.getKeyword()) {
                case "required" -> pointer = append(pointer, error.getProperty());
                case "additionalProperties" -> pointer = append(pointer, error.getProperty());
                default -> {}
            }
            first.putIfAbsent(pointer, new Violation(pointer, detail(error)));
        }
        return List.copyOf(first.values());
    }

    /** The pointer extended by a member. */
    static String append(String pointer, String member) {
        return pointer + "/" + member.replace("~", "~0").replace("/", "~1");
    }

    private static String detail(Error error) {
        JsonNode says = error.getSchemaNode();
        return switch (error.getKeyword()) {
            case "required" -> "is required";
            case "additionalProperties" -> "is not a known property; remove it";
            case "type" -> "must be " + types(says);
            case "enum" -> "must be one of " + words(says);
            case "const" -> "must be " + says.asString();
            case "minLength" -> says.asInt() == 1 ? "must not be empty" : "must have at least " + says + " characters";
            case "maxLength" -> "must have at most " + says + " characters";
            case "minimum" -> "must be at least " + says;
            case "maximum" -> "must be at most " + says;
            case "minItems" -> "must have at least " + says + (says.asInt() == 1 ? " item" : " items");
            case "minProperties" -> "must have at least " + says + (says.asInt() == 1 ? " property" : " properties");
            case "pattern" -> pattern(says.asString());
            case "format" -> "must be a " + format(says.asString());
            default -> "violates the contract (" + error.getKeyword() + ")";
        };
    }

    private static String pattern(String pattern) {
        return pattern.equals("^[A-Za-z0-9_-]+$")
                ? "must contain only letters, digits, hyphens and underscores"
                : pattern.contains("[0-9a-fA-F]{8}") ? "must be a UUID" : "must match " + pattern;
    }

    private static String format(String format) {
        return format.equals("uri") ? "URI with its scheme, such as https://host/path" : format;
    }

    private static String words(JsonNode says) {
        return says.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    private static String types(JsonNode says) {
        return says.isArray()
                ? says.valueStream().map(type -> type(type.asString())).collect(Collectors.joining(" or "))
                : type(says.asString());
    }

    private static String type(String type) {
        return switch (type) {
            case "null" -> "null";
            case "object", "array", "integer" -> "an " + type;
            default -> "a " + type;
        };
    }
}
