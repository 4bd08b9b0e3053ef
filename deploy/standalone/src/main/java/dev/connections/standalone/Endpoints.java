package dev.connections.standalone;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The addresses of all parts: the content of endpoints.json.
 *
 * @param api base URL of the API
 * @param token a bearer token with every scope
 * @param kafka bootstrap servers
 * @param postgres JDBC URL, with user and password, of this service's own database
 * @param demos the same of the demo sources, by the keys of their connections; written beside the others
 */
record Endpoints(
        String api,
        String token,
        String kafka,
        String postgres,
        @JsonAnyGetter Map<String, String> demos) {
    /** One property per line, so that sed and grep can read it. */
    String json() {
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(this)
                + "\n";
    }

    @Override
    public String toString() {
        return "Endpoints[api=" + api + "]";
    }
}
