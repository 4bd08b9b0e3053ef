package dev.connections.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.connections.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Holds records against the AsyncAPI document and against the messages that readers were promised. */
public final class MessageAssertions {
    private static final String DOCUMENT = "https://connections.dev/messages.json";

    /** The AsyncAPI document. */
    public static final JsonNode DOCUMENT_TREE = new YAMLMapper().readTree(resource("contract/asyncapi.yaml"));

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7,
            builder -> builder.schemas(Map.of(DOCUMENT, Json.write(DOCUMENT_TREE)))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()));

    private MessageAssertions() {}

    /** Checks a value against the payload of a message. */
    public static void assertThatItIs(String message, JsonNode value) {
        check("#/components/messages/" + message + "/payload", value);
    }

    /** Checks headers against those of a message. */
    public static void assertThatHeadersAreOf(String message, Map<String, String> headers) {
        check("#/components/messages/" + message + "/headers", Json.tree(Json.write(headers)));
    }

    /** The JSON of a message as readers were promised it, without white space. */
    public static String golden(String file) {
        return compact(resource("messages/" + file));
    }

    /** The same JSON without white space. */
    public static String compact(String json) {
        return Json.write(Json.tree(json));
    }

    private static void check(String pointer, JsonNode value) {
        Schema schema = REGISTRY.getSchema(SchemaLocation.of(DOCUMENT + pointer));
        assertThat(schema.validate(value)).as("%s: %s", pointer, value).isEmpty();
    }

    private static String resource(String path) {
        try (InputStream in = MessageAssertions.class.getResourceAsStream("/" + path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
