package dev.connections.api.http.contract;

import dev.connections.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A YAML document that is part of the service and is published unchanged.
 *
 * @param yaml the text, unchanged
 * @param tree its content
 */
record PublishedDocument(String yaml, JsonNode tree) {
    /** The topics and messages. */
    static PublishedDocument asyncApi() {
        return read("contract/asyncapi.yaml");
    }

    static PublishedDocument read(String resource) {
        try (InputStream in = PublishedDocument.class.getResourceAsStream("/" + resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new PublishedDocument(yaml, new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    String json() {
        return Json.write(tree);
    }
}
