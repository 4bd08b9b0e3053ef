package dev.connections.api.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.api.http.contract.ContractDocument;
import dev.connections.api.http.contract.ContractDocument.Operation;
import dev.connections.lab.Tokens;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopesTest {
    private static final String ID = "00000000-0000-0000-0000-000000000000";

    private final RunningApi api = RunningApi.get();

    static List<Operation> operations() {
        return new ContractDocument().operations();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void eachOperationNeedsItsScopeAndNoOther(Operation operation) {
        String path =
                operation.path().replace("{connectionKey}", RunningApi.newKey()).replaceAll("\\{\\w+}", ID);
        String body = operation.method().matches("GET") || operation.method().matches("DELETE") ? null : "{}";
        String scope = operation.requiredScope();
        for (Scope other : Scope.values()) {
            String token = api.tokens().mint("bob", other.label());
            Answer answer = api.send(api.request(token, operation.method().name(), path, body));
            if (other.label().equals(scope)) {
                assertThat(answer.status()).as(operation + answer.body()).isNotIn(401, 403);
            } else if (!List.of("createTask", "createTasks").contains(operation.id()) || other != Scope.MANAGE) {
                answer.isProblem(403);
                assertThat(answer.at("/detail")).contains(scope);
                assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            }
        }
        Answer anonymous =
                api.send(api.anonymous(operation.method().name(), path, body)).isProblem(401);
        assertThat(anonymous.header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/api/connections"})
    void noMetadataIsPublishedBesideTheContract(String resource) {
        String path = "/.well-known/oauth-protected-resource" + resource;
        assertThat(api.send(api.anonymous("GET", path, null)).isProblem(401).header("WWW-Authenticate"))
                .doesNotContain("metadata");
        assertThat(api.send(api.request("garbage", "GET", path, null))
                        .isProblem(401)
                        .header("WWW-Authenticate"))
                .startsWith("Bearer error=\"invalid_token\"")
                .doesNotContain("metadata");
        api.get(path).isProblem(404);
    }

    @Test
    void theTypeOfATaskDecidesItsScope() {
        String tasks = api.newConnection() + "/tasks";
        String operator = api.tokens().mint("olga", Scope.OPERATE.label());
        String manager = api.tokens().mint("mara", Scope.MANAGE.label());
        assertThat(api.send(api.request(operator, "POST", tasks, "{\"type\": \"DELETE\"}"))
                        .is(403)
                        .at("/detail"))
                .contains("connections:manage");
        assertThat(api.send(api.request(manager, "POST", tasks, "{\"type\": \"CRAWL\"}"))
                        .is(403)
                        .at("/detail"))
                .contains("connections:operate");
        api.send(api.request(manager, "POST", tasks, "{\"type\": \"DELETE\"}")).is(409);
        assertThat(api.send(api.request(operator, "POST", tasks, "{\"type\": \"CRAWL\"}"))
                        .is(201)
                        .at("/createdBy"))
                .isEqualTo("olga");
    }

    @Test
    void aHeadNeedsTheScopeOfItsGet() {
        String path = api.newConnection();
        String operator = api.tokens().mint("olga", Scope.OPERATE.label());
        assertThat(api.send(api.request(operator, "HEAD", path, null)).status()).isEqualTo(403);
        assertThat(api.send(api.request("HEAD", path, null)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/v3/api-docs",
                "/v3/api-docs.yaml",
                "/v3/asyncapi-docs",
                "/swagger-ui/index.html"
            })
    void whatIsOpenIsOpenWhateverTheToken(String path) {
        for (String authorization :
                List.of("Bearer garbage", "Bearer", "Bearer " + "x".repeat(2000), "Basic eDp5", "")) {
            for (String method : List.of("GET", "HEAD")) {
                assertThat(api.send(api.anonymous(method, path, null).header("Authorization", authorization))
                                .status())
                        .as(method + " with " + authorization)
                        .isEqualTo(200);
            }
        }
        api.send(api.anonymous("DELETE", path, null)).isProblem(401);
    }

    @Test
    void aTokenThatIsNotValidIsNoToken() {
        Date past = Date.from(Instant.now().minusSeconds(3600));
        Date future = Date.from(Instant.now().plusSeconds(3600));
        JWTClaimsSet expired = new JWTClaimsSet.Builder()
                .subject("bob")
                .claim("scope", "connections:read")
                .expirationTime(past)
                .build();
        JWTClaimsSet nobody = new JWTClaimsSet.Builder()
                .claim("scope", "connections:read")
                .expirationTime(future)
                .build();
        JWTClaimsSet everlasting = new JWTClaimsSet.Builder()
                .subject("bob")
                .claim("scope", "connections:read")
                .build();
        for (String token : List.of(
                "garbage",
                api.tokens().sign(everlasting.toString()),
                api.tokens().sign(expired.toString()),
                api.tokens().sign(nobody.toString()),
                new Tokens().mint("bob", "connections:read"))) {
            Answer answer = api.send(api.request(token, "GET", "/api/connections", null))
                    .is(401);
            assertThat(answer.header("WWW-Authenticate")).contains("invalid_token");
        }
    }
}
