package dev.connections.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.connections.api.http.contract.ContractDocument;
import dev.connections.api.http.contract.ContractDocument.Operation;
import dev.connections.json.Json;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Holds answers against the contract as it is written, not as the service reads it. */
public final class ContractAssertions {
    private static final String DOCUMENT = "https://connections.dev/as-published.json";
    private static final ContractDocument CONTRACT = new ContractDocument();
    private static final JsonNode TREE = Json.tree(CONTRACT.json());
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(DOCUMENT, CONTRACT.json()))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()));

    private ContractAssertions() {}

    /** Checks the status, the content type, the headers and the body of an answer to an operation of the contract. */
    public static void assertThatItIsAsTheContractSays(Answer answer) {
        Operation operation = operation(answer);
        JsonNode response = response(operation, answer.status());
        assertThat(response.isMissingNode())
                .as("%s of %s is not in the contract: %s", answer.status(), operation.id(), answer.body())
                .isFalse();
        JsonNode described = response.has("$ref")
                ? TREE.at(response.path("$ref").stringValue().substring(1))
                : response;
        described
                .path("headers")
                .propertyNames()
                .forEach(header -> assertThat(answer.header(header))
                        .as("%s of %s", header, operation.id())
                        .isNotEmpty());
        described.path("content").forEachEntry((mediaType, content) -> {
            assertThat(answer.header("Content-Type")).startsWith(mediaType);
            if (content.path("schema").has("$ref")) {
                String reference = content.path("schema").path("$ref").stringValue();
                assertThatItIs(reference.substring(reference.lastIndexOf('/') + 1), answer.json());
            }
        });
    }

    /** Checks a tree against a schema of the contract. */
    public static void assertThatItIs(String schemaName, JsonNode tree) {
        Schema schema = REGISTRY.getSchema(SchemaLocation.of(DOCUMENT + "#/components/schemas/" + schemaName));
        assertThat(schema.validate(tree)).as("%s: %s", schemaName, tree).isEmpty();
    }

    /** Whether the contract names the operation and this status of it. */
    public static boolean describes(Answer answer) {
        return find(answer)
                .map(operation -> !response(operation, answer.status()).isMissingNode())
                .orElse(false);
    }

    /** The operation that gave the answer. */
    public static Operation operation(Answer answer) {
        return find(answer)
                .orElseThrow(
                        () -> new AssertionError(answer.method() + " " + answer.path() + " is not in the contract"));
    }

    private static JsonNode response(Operation operation, int status) {
        return TREE.path("paths")
                .path(operation.path())
                .path(operation.method().name().toLowerCase(java.util.Locale.ROOT))
                .path("responses")
                .path(String.valueOf(status));
    }

    private static Optional<Operation> find(Answer answer) {
        return CONTRACT.operations().stream()
                .filter(operation -> operation.method().matches(answer.method()))
                .filter(operation -> answer.path().matches(operation.path().replaceAll("\\{[^/]+}", "[^/]+")))
                .min(Comparator.comparing(operation -> operation.path().contains("{")));
    }
}
