package dev.connections.faults.history;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.connections.api.http.contract.ContractDocument;
import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Every answer is one of the contract, in status, headers and body; of the server's errors only 503, on any operation. */
final class AnswersAreOfTheContract implements Rule {
    private static final String DOCUMENT = "https://connections.dev/as-published.json";
    private static final ContractDocument CONTRACT = new ContractDocument();
    private static final JsonNode TREE = Json.tree(CONTRACT.json());
    private static final JsonNode UNAVAILABLE = TREE.at("/components/responses/TaskServiceUnavailable");
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(DOCUMENT, CONTRACT.json()))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()));

    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (Exchange exchange : past.exchanges) {
            Answer answer = exchange.answer();
            if (answer != null) {
                wrong(exchange, answer)
                        .ifPresent(wrong -> found.add(Violation.of(
                                this,
                                null,
                                exchange.method() + " " + exchange.path() + " at " + exchange.sentAt()
                                        + " was answered " + answer.status() + ": " + wrong + ": " + answer.body())));
            }
        }
        return found;
    }

    private static Optional<String> wrong(Exchange exchange, Answer answer) {
        JsonNode described = answer.status() == 503 ? UNAVAILABLE : described(exchange, answer);
        if (described.isMissingNode()) {
            return Optional.of("not in the contract");
        }
        for (String header : described.path("headers").propertyNames()) {
            if (!answer.headers().containsKey(header.toLowerCase(Locale.ROOT))) {
                return Optional.of("without " + header);
            }
        }
        for (Map.Entry<String, JsonNode> content : described.path("content").properties()) {
            String type = answer.headers().getOrDefault("content-type", "");
            if (!type.startsWith(content.getKey())) {
                return Optional.of("as '" + type + "'");
            }
            String reference = content.getValue().path("schema").path("$ref").asString();
            Schema schema = REGISTRY.getSchema(SchemaLocation.of(DOCUMENT + reference));
            List<?> errors = schema.validate(answer.body());
            if (!errors.isEmpty()) {
                return Optional.of(errors.toString());
            }
        }
        return Optional.empty();
    }

    private static JsonNode described(Exchange exchange, Answer answer) {
        String path = exchange.path().replaceAll("\\?.*", "");
        JsonNode response = CONTRACT.operations().stream()
                .filter(operation -> operation.method().matches(exchange.method()))
                .filter(operation -> path.matches(operation.path().replaceAll("\\{[^/]+}", "[^/]+")))
                .min(Comparator.comparing(operation -> operation.path().contains("{")))
                .map(operation -> TREE.path("paths")
                        .path(operation.path())
                        .path(exchange.method().toLowerCase(Locale.ROOT))
                        .path("responses")
                        .path(Integer.toString(answer.status())))
                .orElse(TREE.path("missing"));
        return response.has("$ref")
                ? TREE.at(response.path("$ref").stringValue().substring(1))
                : response;
    }
}
