package dev.connections.api.http.contract;

import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The published OpenAPI document, and the operations that it describes. */
@Component
public class ContractDocument {
    private final String yaml;
    private final JsonNode tree;
    private final List<Operation> operations;

    public ContractDocument() {
        PublishedDocument document = PublishedDocument.read("contract/openapi.yaml");
        this.yaml = document.yaml();
        this.tree = document.tree();
        this.operations = readOperations(tree);
    }

    /** The document's text, unchanged. */
    public String yaml() {
        return yaml;
    }

    /** The document in JSON. */
    public String json() {
        return Json.write(tree);
    }

    /** Every operation of the contract. */
    public List<Operation> operations() {
        return operations;
    }

    JsonNode tree() {
        return tree;
    }

    private static List<Operation> readOperations(JsonNode document) {
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .forEachEntry((path, item) -> item.forEachEntry((method, operation) -> {
                    if (operation.has("operationId")) {
                        List<Parameter> parameters = new ArrayList<>();
                        item.path("parameters").forEach(parameter -> parameters.add(parameter(document, parameter)));
                        operation
                                .path("parameters")
                                .forEach(parameter -> parameters.add(parameter(document, parameter)));
                        operations.add(new Operation(
                                operation.path("operationId").stringValue(),
                                HttpMethod.valueOf(method.toUpperCase(java.util.Locale.ROOT)),
                                path,
                                operation.path("x-required-scope").stringValue(),
                                List.copyOf(parameters)));
                    }
                }));
        return List.copyOf(operations);
    }

    private static Parameter parameter(JsonNode document, JsonNode parameter) {
        JsonNode found = parameter.has("$ref")
                ? document.at(parameter.path("$ref").stringValue().substring(1))
                : parameter;
        return new Parameter(
                found.path("name").stringValue(), found.path("in").stringValue().equals("path"), found.path("schema"));
    }

    /**
     * One operation of the contract.
     *
     * @param path with its variables in braces
     * @param requiredScope the scope that a token needs for it
     */
    public record Operation(
            String id, HttpMethod method, String path, String requiredScope, List<Parameter> parameters) {}

    /** A path or query parameter. */
    record Parameter(String name, boolean inPath, JsonNode schema) {
        boolean isInteger() {
            return schema.path("type").asString("").equals("integer");
        }
    }
}
