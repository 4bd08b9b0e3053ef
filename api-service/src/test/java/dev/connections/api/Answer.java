package dev.connections.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import java.net.http.HttpHeaders;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the service answered. */
public record Answer(String method, String path, int status, HttpHeaders headers, String body) {
    public JsonNode json() {
        return Json.tree(body);
    }

    /** The text of the member at the pointer. */
    public String at(String pointer) {
        return json().at(pointer).asString();
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** Checks the status, and the whole answer against the contract. */
    public Answer is(int expected) {
        assertThat(status).as("%s %s: %s", method, path, body).isEqualTo(expected);
        ContractAssertions.assertThatItIsAsTheContractSays(this);
        return this;
    }

    /** Checks that it is a problem document with the status. */
    public Answer isProblem(int expected) {
        assertThat(status).as("%s %s: %s", method, path, body).isEqualTo(expected);
        assertThat(header("Content-Type"))
                .as("content type of %s %s", method, path)
                .isEqualTo("application/problem+json");
        ContractAssertions.assertThatItIs("Problem", json());
        assertThat(json().path("status").asInt()).isEqualTo(expected);
        return this;
    }

    /** Checks that it is a 400 that names just these members and parameters, in any order. */
    public Answer refuses(String... pointers) {
        isProblem(400);
        assertThat(pointers()).as(body).containsExactlyInAnyOrder(pointers);
        assertThat(json().path("errorCount").asInt()).isEqualTo(pointers.length);
        return this;
    }

    public List<String> pointers() {
        return json().path("errors")
                .valueStream()
                .map(error -> error.path("pointer").asString())
                .toList();
    }
}
