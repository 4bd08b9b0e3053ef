package dev.connections.api.http.contract;

import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ApiDocsController {
    private static final MediaType YAML = new MediaType("application", "yaml", StandardCharsets.UTF_8);

    private final byte[] json;
    private final byte[] yaml;
    private final byte[] asyncJson;
    private final byte[] asyncYaml;

    ApiDocsController(ContractDocument document) {
        PublishedDocument messages = PublishedDocument.asyncApi();
        this.json = document.json().getBytes(StandardCharsets.UTF_8);
        this.yaml = document.yaml().getBytes(StandardCharsets.UTF_8);
        this.asyncJson = messages.json().getBytes(StandardCharsets.UTF_8);
        this.asyncYaml = messages.yaml().getBytes(StandardCharsets.UTF_8);
    }

    @GetMapping("/v3/api-docs")
    ResponseEntity<byte[]> json() {
        return answer(MediaType.APPLICATION_JSON, json);
    }

    @GetMapping("/v3/api-docs.yaml")
    ResponseEntity<byte[]> yaml() {
        return answer(YAML, yaml);
    }

    @GetMapping("/v3/asyncapi-docs")
    ResponseEntity<byte[]> asyncJson() {
        return answer(MediaType.APPLICATION_JSON, asyncJson);
    }

    @GetMapping("/v3/asyncapi-docs.yaml")
    ResponseEntity<byte[]> asyncYaml() {
        return answer(YAML, asyncYaml);
    }

    private static ResponseEntity<byte[]> answer(MediaType type, byte[] document) {
        return ResponseEntity.ok().contentType(type).body(document);
    }
}
