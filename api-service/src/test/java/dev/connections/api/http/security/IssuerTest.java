package dev.connections.api.http.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.connections.api.RunningApi;
import dev.connections.lab.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** The service with the keys of an issuer that it asks for them over HTTP. */
class IssuerTest {
    private static final String PROPERTY = "--spring.security.oauth2.resourceserver.jwt.";

    private final RunningApi api = RunningApi.get();
    private final Tokens tokens = new Tokens();
    private HttpServer server;
    private String issuer;

    @BeforeEach
    void startIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        serve("/.well-known/openid-configuration", """
                {"issuer": "%s", "jwks_uri": "%s/keys", "subject_types_supported": ["public"]}""".formatted(issuer, issuer));
        serve("/keys", tokens.jwkSet());
        server.start();
    }

    @AfterEach
    void stopIssuer() {
        server.stop(0);
    }

    @Test
    void withAnIssuerItsTokensAreTakenAndNoOthers() throws Exception {
        try (ConfigurableApplicationContext service = start("issuer-uri=" + issuer)) {
            assertThat(status(service, token(issuer, "connections"))).isEqualTo(200);
            assertThat(status(service, token("http://127.0.0.1:1", "connections")))
                    .isEqualTo(401);
            assertThat(status(service, token(issuer, "payroll"))).isEqualTo(401);
            assertThat(status(service, tokens.mint("bob", "connections:read"))).isEqualTo(401);
            assertThat(status(service, new Tokens().mint("bob", "connections:read")))
                    .isEqualTo(401);
        }
    }

    @Test
    void withAJwkSetTheTokensOfItsKeysAreTaken() throws Exception {
        try (ConfigurableApplicationContext service = start("jwk-set-uri=" + issuer + "/keys")) {
            assertThat(status(service, token("anyone", "connections"))).isEqualTo(200);
            assertThat(status(service, token("anyone", "payroll"))).isEqualTo(401);
            assertThat(status(service, new Tokens().mint("bob", "connections:read")))
                    .isEqualTo(401);
        }
    }

    @Test
    void whileTheIssuerIsAwayTheServiceSaysThatItCannotCheckTokens() throws Exception {
        try (ConfigurableApplicationContext service = start("jwk-set-uri=" + issuer + "/keys")) {
            server.stop(0);
            HttpResponse<Void> answer = call(service, token("anyone", "connections"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"issuer-uri=%s", "jwk-set-uri=%s/keys"})
    void withoutAnAudienceTheServiceDoesNotStart(String property) {
        assertThatThrownBy(() -> api.startAnother(
                        "--connections.secrets.keyset=" + api.keyset(), PROPERTY + property.formatted(issuer)))
                .rootCause()
                .hasMessageStartingWith("spring.security.oauth2.resourceserver.jwt.audiences is not set. Set"
                        + " SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES to the audience");
    }

    private ConfigurableApplicationContext start(String property) {
        return api.startAnother(
                "--connections.secrets.keyset=" + api.keyset(),
                PROPERTY + property,
                PROPERTY + "audiences=connections");
    }

    private String token(String from, String audience) {
        return tokens.sign(new JWTClaimsSet.Builder()
                .issuer(from)
                .audience(audience)
                .subject("bob")
                .claim("scope", "connections:read")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build()
                .toString());
    }

    private static int status(ConfigurableApplicationContext service, String token) throws Exception {
        return call(service, token).statusCode();
    }

    private static HttpResponse<Void> call(ConfigurableApplicationContext service, String token) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + RunningApi.port(service) + "/api/connections?limit=1");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding());
        }
    }

    private void serve(String path, String json) {
        server.createContext(path, exchange -> answer(exchange, json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void answer(HttpExchange exchange, byte[] json) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }
}
