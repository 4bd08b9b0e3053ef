package dev.connections.api.http.contract;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.connections.api.http.contract.ContractDocument.Operation;
import dev.connections.api.http.contract.ContractDocument.Parameter;
import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.api.http.problem.Violation;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Validates requests against the schemas of the OpenAPI document. */
@Component
public class Contract {
    private static final String DOCUMENT = "https://connections.dev/contract.json";

    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    public Contract(ContractDocument document) {
        ObjectNode precise = PreciseAlternatives.of(document.tree());
        ObjectNode definitions = (ObjectNode) precise.at("/components/schemas");
        for (Operation operation : document.operations()) {
            for (Parameter parameter : operation.parameters()) {
                definitions.set(name(operation, parameter), parameter.schema());
            }
        }
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(Map.of(DOCUMENT, Json.write(precise)))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
    }

    /**
     * Parses a body and validates it against a schema of the contract.
     *
     * @throws InvalidRequestException that names every invalid member
     */
    public JsonNode validate(String schemaName, byte @Nullable [] body) {
        return validate(schemaName, body, tree -> List.of());
    }

    /**
     * Like {@link #validate(String, byte[])}, with rules that the schema cannot express.
     *
     * @param rules finds violations in the tree, which may have any shape; if the schema already reports the same
     *     member, the schema's violation counts
     */
    public JsonNode validate(String schemaName, byte @Nullable [] body, Function<JsonNode, List<Violation>> rules) {
        JsonNode tree = RequestBody.read(body);
        List<Violation> violations = new ArrayList<>(violations(schemaName, tree, ""));
        violations.addAll(rules.apply(tree));
        refuse(violations);
        return tree;
    }

    /**
     * Returns what is wrong with a tree.
     *
     * @param prefix JSON pointer of the tree in the request's body
     */
    public List<Violation> violations(String schemaName, JsonNode tree, String prefix) {
        List<Error> errors = schemas.computeIfAbsent(
                        schemaName,
                        name -> registry.getSchema(SchemaLocation.of(DOCUMENT + "#/components/schemas/" + name)))
                .validate(tree);
        return errors.isEmpty() ? List.of() : SchemaErrors.violations(errors, prefix);
    }

    /** The name of the schema of the client configuration of a technology. */
    public static String configurationOf(Technology technology) {
        return PreciseAlternatives.configurationOf(technology);
    }

    /** Throws if there is a violation; of several about the same member, only the first counts. */
    public static void refuse(List<Violation> violations) {
        if (!violations.isEmpty()) {
            Map<String, Violation> first = new LinkedHashMap<>();
            violations.forEach(violation -> first.putIfAbsent(violation.pointer(), violation));
            throw new InvalidRequestException(List.copyOf(first.values()));
        }
    }

    /** The name of the schema of a parameter. */
    static String name(Operation operation, Parameter parameter) {
        return operation.id() + "." + parameter.name();
    }
}
