package dev.connections.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;

class ApiServiceTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void healthIsOpenAndNeedsNoKafka() {
        for (String path : new String[] {"", "/liveness", "/readiness"}) {
            Answer answer = api.send(api.anonymous("GET", "/actuator/health" + path, null));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.at("/status")).isEqualTo("UP");
        }
    }

    @Test
    void livenessLooksAtTheLoops() {
        HealthEndpoint health = api.bean(HealthEndpoint.class);
        assertThat(Objects.requireNonNull(health.healthForPath("liveness", "loops"))
                        .getStatus())
                .isEqualTo(Status.UP);
    }

    @Test
    void theContractIsPublishedWordForWord() {
        Answer yaml = api.send(api.anonymous("GET", "/v3/api-docs.yaml", null));
        assertThat(yaml.status()).isEqualTo(200);
        assertThat(yaml.body()).contains("operationId: createTask");
        Answer json = api.send(api.anonymous("GET", "/v3/api-docs", null));
        assertThat(json.header("Content-Type")).startsWith("application/json");
        assertThat(Json.tree(json.body()).at("/info/title").asString()).isEqualTo("Connections API");
    }

    @Test
    void theRestOfTheActuatorNeedsScopeManage() {
        String reader = api.tokens().mint("bob", "connections:read");
        api.send(api.request(reader, "GET", "/actuator/metrics", null)).isProblem(403);
        api.send(api.anonymous("GET", "/actuator/metrics", null)).isProblem(401);
        assertThat(api.get("/actuator/metrics").status()).isEqualTo(200);
    }

    @Test
    void aLogLevelIsReadAndNotChangedOverHttp() {
        Answer before = api.get("/actuator/loggers/org.springframework");
        assertThat(before.status()).isEqualTo(200);
        Answer refused = api.post("/actuator/loggers/org.springframework", "{\"configuredLevel\": \"TRACE\"}");
        assertThat(refused.status()).isEqualTo(405);
        assertThat(api.get("/actuator/loggers/org.springframework").body()).isEqualTo(before.body());
    }

    @Test
    void anUnknownPathIsNotFound() {
        api.get("/api/nothing").isProblem(404);
        api.get("/").isProblem(404);
        api.send(api.anonymous("GET", "/api/nothing", null)).isProblem(401);
    }

    @Test
    void aPathThatDoesNotDecodeIsABadRequest() {
        String reader = api.tokens().mint("bob", "connections:read");
        for (String path :
                new String[] {"/api/connections/a%00b", "/api/connections/a%2Fb", "/api/connections/a;b=c"}) {
            api.send(api.request(reader, "GET", path, null)).isProblem(400);
        }
    }
}
