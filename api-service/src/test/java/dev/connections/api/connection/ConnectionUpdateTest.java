package dev.connections.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.Requests;
import dev.connections.api.RunningApi;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ConnectionUpdateTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void aBodyThatWasReadCanBeSentBack() {
        String path = api.newConnection();
        api.patch(path, """
                {"settings": {"crawl": {"schedule": null}}}""").is(200);
        JsonNode read = api.get(path).is(200).json();
        ObjectNode patch = Json.object();
        patch.set("clientConfiguration", read.path("clientConfiguration"));
        patch.set("settings", read.path("settings"));
        JsonNode answer = api.patch(path, Json.write(patch)).is(200).json();
        assertThat(answer.path("clientConfiguration")).isEqualTo(read.path("clientConfiguration"));
        assertThat(answer.path("settings")).isEqualTo(read.path("settings"));
        assertThat(opened(path).at("/credential/password").asString()).isEqualTo(Requests.SECRET);
    }

    @Test
    void aPatchThatChangesNothingLeavesNoTrace() {
        String path = api.newConnection();
        Answer before = api.get(path).is(200);
        for (String patch : List.of(
                "{\"settings\": {}}",
                "{\"settings\": {\"crawl\": {\"schedule\": \"PT24H\"}}}",
                "{\"clientConfiguration\": {\"port\": 5432, \"credential\": {\"password\": \"[REDACTED]\"}}}",
                before.body()
                        .replaceAll(".*\"clientConfiguration\":(.*),\"settings\".*", "{\"clientConfiguration\":$1}"))) {
            Answer same = api.patch(path, patch).is(200);
            assertThat(same.json()).as(patch).isEqualTo(before.json());
            assertThat(same.header("ETag")).as(patch).isEqualTo(before.header("ETag"));
        }
        assertThat(api.get(path).body()).isEqualTo(before.body());
        assertThat(api.patch(path, "{\"clientConfiguration\": {\"database\": \"other\"}}")
                        .is(200)
                        .header("ETag"))
                .isNotEqualTo(before.header("ETag"));
    }

    @Test
    void membersAreMergedReplacedAndRemoved() {
        String path = api.newConnection();
        Answer patched = api.patch(path, """
                {"clientConfiguration": {"host": "other.example.com", "tls": null,
                                         "credential": {"password": "another-secret"}},
                 "settings": {"crawl": {"exclude": ["**/tmp_*"]}, "newObjectActivation": "DISABLED"}}""").is(200);
        assertThat(patched.body()).doesNotContain("another-secret");
        assertThat(patched.at("/clientConfiguration/host")).isEqualTo("other.example.com");
        assertThat(patched.at("/clientConfiguration/database")).isEqualTo("shop");
        assertThat(patched.json().at("/clientConfiguration").has("tls")).isFalse();
        assertThat(patched.at("/settings/crawl/exclude/0")).isEqualTo("**/tmp_*");
        assertThat(patched.at("/settings/crawl/schedule")).isEqualTo("PT24H");
        assertThat(opened(path).at("/credential/password").asString()).isEqualTo("another-secret");
    }

    @Test
    void anAuthorityThatIsNoCertificateIsRefused() throws Exception {
        String path = api.newConnection();
        String begun = "-----BEGIN CERTIFICATE-----\n";
        for (String junk : List.of("junk", begun, begun + "anVuaw==\n-----END CERTIFICATE-----\n")) {
            api.patch(path, caCertificate(junk)).refuses("/clientConfiguration/tls/caCertificate");
        }
        ObjectNode creation = (ObjectNode) Json.tree(Requests.postgres(RunningApi.newKey()));
        ((ObjectNode) creation.path("clientConfiguration"))
                .putObject("tls")
                .put("mode", "VERIFY_CA")
                .put("caCertificate", "junk");
        api.post("/api/connections", Json.write(creation)).refuses("/clientConfiguration/tls/caCertificate");
        api.patch(path, caCertificate("an authority\n" + authority() + authority()))
                .is(200);
    }

    private static String caCertificate(String pem) {
        ObjectNode patch = Json.object();
        patch.putObject("clientConfiguration")
                .putObject("tls")
                .put("mode", "VERIFY_CA")
                .put("caCertificate", pem);
        ((ObjectNode) patch.path("clientConfiguration"))
                .putObject("credential")
                .put("password", "given for this authority");
        return Json.write(patch);
    }

    /** One that the JVM trusts. */
    private static String authority() throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        byte[] certificate = ((X509TrustManager) trust.getTrustManagers()[0]).getAcceptedIssuers()[0].getEncoded();
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void aNewWayToLogInDropsTheOldOne() {
        String key = RunningApi.newKey();
        String path = "/api/connections/" + key;
        api.post("/api/connections", Requests.databricks(key)).is(201);
        api.patch(path, """
                {"clientConfiguration": {"credential": {"authenticationType": "OAuthWithSecret"}}}""")
                .refuses("/clientConfiguration/credential/clientId", "/clientConfiguration/credential/clientSecret");
        api.patch(path, """
                {"clientConfiguration": {"credential": {"authenticationType": "OAuthWithSecret", "clientId": "c",
                                                        "clientSecret": "[REDACTED]"}}}""").refuses("/clientConfiguration/credential/clientSecret");
        Answer patched = api.patch(path, """
                {"clientConfiguration": {"credential": {"authenticationType": "OAuthWithSecret", "clientId": "c",
                                                        "clientSecret": "new"}}}""").is(200);
        assertThat(patched.json().at("/clientConfiguration/credential").propertyNames())
                .containsExactly("authenticationType", "clientId", "clientSecret");
        assertThat(opened(path).at("/credential/clientSecret").asString()).isEqualTo("new");
    }

    @Test
    void aPatchThatMakesTheConnectionWrongIsRefused() {
        String path = api.newConnection();
        JsonNode before = api.get(path).json();
        api.patch(path, """
                {"clientConfiguration": {"host": null, "port": "5432", "colour": "red", "httpPath": "/x",
                                         "properties": {"socketFactory": "x"}, "credential": {"token": "t"}},
                 "settings": {"crawl": {"schedule": "PT1M", "include": [""], "missingObjectRetention": "P-1D"},
                              "newObjectActivation": "MAYBE", "other": 1}}""")
                .refuses(
                        "/clientConfiguration/host",
                        "/clientConfiguration/port",
                        "/clientConfiguration/colour",
                        "/clientConfiguration/httpPath",
                        "/clientConfiguration/properties/socketFactory",
                        "/clientConfiguration/credential/token",
                        "/settings/crawl/schedule",
                        "/settings/crawl/include/0",
                        "/settings/crawl/missingObjectRetention",
                        "/settings/newObjectActivation",
                        "/settings/other");
        api.patch(path, "{\"connectionKey\": \"x\", \"technology\": \"MySQL\"}")
                .refuses("/connectionKey", "/technology");
        api.patch(path, "{}").refuses("");
        api.patch(path, "{\"settings\": null, \"clientConfiguration\": []}")
                .refuses("/settings", "/clientConfiguration");
        api.patch(path, "{\"clientConfiguration\": {\"credential\": \"x\"}}")
                .refuses("/clientConfiguration/credential");
        api.patch(path, "{\"settings\": {\"crawl\": []}}").refuses("/settings/crawl");
        assertThat(api.get(path).json()).isEqualTo(before);
    }

    @Test
    void aDryRunStoresNothingAndReportsTheImpact() {
        String path = api.newConnection();
        UUID id = id(path);
        dataObject(id, "shop", "DATABASE");
        dataObject(id, "shop/public", "SCHEMA");
        dataObject(id, "shop/public/orders", "TABLE");
        dataObject(id, "shop/audit", "SCHEMA");
        dataObject(id, "shop/audit/log", "TABLE");
        String task = api.post(path + "/validate", null).is(202).at("/taskId");
        JsonNode before = api.get(path).json();
        Answer answer = api.patch(path + "?dryRun=true", """
                {"clientConfiguration": {"port": 5433, "tls": null, "credential": {"password": "other"}},
                 "settings": {"crawl": {"exclude": ["*/audit"]}}}""").is(200);
        assertThat(answer.json().at("/impact/changes").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrder(
                        "/clientConfiguration/port",
                        "/clientConfiguration/tls",
                        "/clientConfiguration/credential/password",
                        "/settings/crawl/exclude");
        assertThat(answer.json().at("/impact/objectsLeavingScope").asInt()).isEqualTo(2);
        assertThat(answer.at("/impact/tasksInFlight/0")).isEqualTo(task);
        assertThat(answer.at("/clientConfiguration/port")).isEqualTo("5433");
        assertThat(answer.body()).doesNotContain("other");
        assertThat(api.get(path).json()).isEqualTo(before);
    }

    @Test
    void patternsThatPostgresCannotCompileAreRefusedBeforeTheyAreStored() {
        String path = api.newConnection();
        String pattern = "\"" + "abcde".repeat(100) + "\"";
        for (String member : List.of("include", "exclude")) {
            String complex = """
                    {"crawl": {"%s": [%s]}}""".formatted(member, pattern + ("," + pattern).repeat(1999));
            api.patch(path + "?dryRun=true", "{\"settings\": " + complex + "}").refuses("/settings/crawl/include");
            api.patch(path, "{\"settings\": " + complex + "}").refuses("/settings/crawl/include");
            api.post("/api/connections", Requests.postgres(RunningApi.newKey(), complex))
                    .refuses("/settings/crawl/include");
            api.patch(path, """
                    {"settings": {"crawl": {"%s": [%s]}}}""".formatted(member, pattern)).is(200);
        }
    }

    @Test
    void aMergePatchMayNameItsMediaType() {
        String path = api.newConnection();
        api.send(api.request("PATCH", path, "{\"settings\": {}}")
                        .setHeader("Content-Type", "application/merge-patch+json"))
                .is(200);
    }

    @Test
    void concurrentPatchesLoseNothing() throws Exception {
        String path = api.newConnection();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = List.of(
                    threads.submit(() -> api.patch(
                            path, "{\"clientConfiguration\": {\"properties\": {\"ApplicationName\": \"n\"}}}")),
                    threads.submit(() -> api.patch(path, "{\"clientConfiguration\": {\"database\": \"d\"}}")),
                    threads.submit(() -> api.patch(path, "{\"settings\": {\"newObjectActivation\": \"DISABLED\"}}")));
            for (Future<Answer> answer : answers) {
                answer.get().is(200);
            }
        }
        Answer after = api.get(path).is(200);
        assertThat(after.at("/clientConfiguration/properties/ApplicationName")).isEqualTo("n");
        assertThat(after.at("/clientConfiguration/database")).isEqualTo("d");
        assertThat(after.at("/settings/newObjectActivation")).isEqualTo("DISABLED");
    }

    private UUID id(String path) {
        return api.database()
                .sql("select id from connection where connection_key = :key")
                .param("key", path.substring("/api/connections/".length()))
                .query((row, i) -> row.getObject(1, UUID.class))
                .single();
    }

    private JsonNode opened(String path) {
        String stored = api.database()
                .sql("select client_configuration from connection where id = :id")
                .param("id", id(path))
                .query((row, i) -> row.getString(1))
                .single();
        Technology technology = Technology.of(api.get(path).at("/technology"));
        return api.bean(SecretSealer.class).open(id(path), technology, Json.tree(stored));
    }

    private void dataObject(UUID connection, String path, String type) {
        api.database()
                .sql("""
                insert into data_object (id, connection_id, root_id, name, type, normalized_type, path, path_types,
                                         remote_scope, remote_id, content_hash, created_by, updated_by)
                values (gen_random_uuid(), :connection, gen_random_uuid(), :path, :type, :type,
                        string_to_array(:path, '/'),
                        array_fill(:type, array[cardinality(string_to_array(:path, '/'))]), '', :path, '', 'system', 'system')
                """)
                .param("connection", connection)
                .param("path", path)
                .param("type", type)
                .update();
    }
}
