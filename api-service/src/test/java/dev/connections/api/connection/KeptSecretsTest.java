package dev.connections.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.Requests;
import dev.connections.api.RunningApi;
import dev.connections.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A stored secret goes nowhere but where it was given for. */
class KeptSecretsTest {
    private static final String PASSWORD = "/clientConfiguration/credential/password";

    private final RunningApi api = RunningApi.get();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"host\": \"evil.example.com\"}",
                "{\"port\": 5433}",
                "{\"tls\": {\"mode\": \"PREFER\"}}",
                "{\"tls\": {\"mode\": \"DISABLE\"}}",
                "{\"tls\": {\"mode\": \"VERIFY_FULL\"}}",
                "{\"tls\": null}",
                "{\"credential\": {\"username\": \"other\"}}",
                "{\"host\": \"evil.example.com\", \"credential\": {\"password\": \"[REDACTED]\"}}"
            })
    void aPatchThatLeadsASecretElsewhereMustCarryIt(String configuration) {
        String path = api.newConnection();
        String before = api.get(path).body();
        String stored = stored(path);
        String patch = "{\"clientConfiguration\": " + configuration + "}";
        for (String dryRun : List.of("", "?dryRun=true")) {
            Answer refused = api.patch(path + dryRun, patch);
            refused.refuses(PASSWORD);
            assertThat(refused.at("/errors/0/detail")).startsWith("must be the secret itself");
        }
        assertThat(api.get(path).body()).isEqualTo(before);
        assertThat(stored(path)).isEqualTo(stored);
        ObjectNode carrying = (ObjectNode) Json.tree(patch);
        ObjectNode changed = (ObjectNode) carrying.path("clientConfiguration");
        ObjectNode credential =
                changed.path("credential") instanceof ObjectNode sent ? sent : changed.putObject("credential");
        credential.put("password", "given for this");
        api.patch(path + "?dryRun=true", Json.write(carrying)).is(200);
        api.patch(path, Json.write(carrying)).is(200);
    }

    @Test
    void aRefusalNamesTheMembersThatLeadElsewhere() {
        String path = api.newConnection();
        Answer refused = api.patch(path, """
                {"clientConfiguration": {"host": "evil.example.com", "tls": {"mode": "DISABLE"}}}""");
        assertThat(refused.at("/errors/0/detail"))
                .isEqualTo("must be the secret itself; the stored secret was given for another value of"
                        + " /clientConfiguration/host, /clientConfiguration/tls/mode");
    }

    @Test
    void everySecretThatMustBeSentAgainIsNamed() {
        String key = RunningApi.newKey();
        String path = "/api/connections/" + key;
        api.post("/api/connections", """
                {"connectionKey": "%s", "technology": "Glue",
                 "clientConfiguration": {
                   "region": "eu-central-1",
                   "credential": {"authenticationType": "AccessKey", "accessKeyId": "id", "secretAccessKey": "%s",
                                  "sessionToken": "t"}},
                 "options": {"crawlOnCreate": false}}""".formatted(key, Requests.SECRET)).is(201);
        api.patch(path, "{\"clientConfiguration\": {\"region\": \"x.example.com/\"}}")
                .refuses(
                        "/clientConfiguration/credential/secretAccessKey",
                        "/clientConfiguration/credential/sessionToken");
        api.patch(path, """
                {"clientConfiguration": {"region": "eu-west-1", "credential": {"secretAccessKey": "s"}}}""").refuses("/clientConfiguration/credential/sessionToken");
        api.patch(path, """
                {"clientConfiguration": {"region": "eu-west-1",
                                         "credential": {"secretAccessKey": "s", "sessionToken": null}}}""").is(200);
    }

    @Test
    void anAuthorityThatGetsAClientSecretCannotBeChangedWithoutIt() {
        String key = RunningApi.newKey();
        ObjectNode creation = (ObjectNode) Json.tree(Requests.databricks(key));
        ((ObjectNode) creation.path("clientConfiguration"))
                .putObject("credential")
                .put("authenticationType", "OAuthWithSecret")
                .put("clientId", "c")
                .put("clientSecret", Requests.SECRET);
        api.post("/api/connections", Json.write(creation)).is(201);
        for (String member : List.of("authorityUrl", "clientId")) {
            api.patch("/api/connections/" + key, """
                    {"clientConfiguration": {"credential": {"%s": "https://evil.example.com"}}}""".formatted(member))
                    .refuses("/clientConfiguration/credential/clientSecret");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"host\": \"DB.Example.Com\"}",
                "{\"port\": null}",
                "{\"database\": \"other\"}",
                "{\"properties\": {\"ApplicationName\": \"other\"}}"
            })
    void aPatchThatLeadsNowhereElseKeepsTheSecret(String configuration) {
        String path = api.newConnection();
        JsonNode before = Json.tree(stored(path));
        api.patch(path, "{\"clientConfiguration\": " + configuration + "}").is(200);
        JsonNode after = Json.tree(stored(path));
        assertThat(after.at("/credential/password")).isEqualTo(before.at("/credential/password"));
        assertThat(after).isNotEqualTo(before);
    }

    private String stored(String path) {
        return api.database()
                .sql("select client_configuration from connection where connection_key = :key")
                .param("key", path.substring("/api/connections/".length()))
                .query((row, i) -> row.getString(1))
                .single();
    }
}
