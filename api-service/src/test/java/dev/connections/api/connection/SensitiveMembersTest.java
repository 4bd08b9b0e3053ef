package dev.connections.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.api.connection.SensitiveMembers.Example;
import dev.connections.api.http.contract.Contract;
import dev.connections.connection.ClientConfiguration;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever the contract calls sensitive is sealed, and shown nowhere. */
class SensitiveMembersTest {
    /** Members that decide neither where a secret goes nor as whose: objects inside a server, and names of files. */
    private static final Set<String> LEAD_NOWHERE = Set.of(
            "/database",
            "/properties",
            "/warehouse",
            "/role",
            "/httpPath",
            "/catalog",
            "/projectId",
            "/catalogId",
            "/credential/scope",
            "/credential/resource",
            "/credential/publicCertificateThumbprint",
            "/credential/privateKey/filename",
            "/credential/key/filename");

    private final RunningApi api = RunningApi.get();
    private final SensitiveMembers contract = new SensitiveMembers(
            Json.tree(api.send(api.anonymous("GET", "/v3/api-docs", null)).body()));

    @Test
    void theSealerKnowsEverySensitiveMemberAndNoOther() {
        assertThat(contract.leaves("ClientConfiguration", true))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(SecretSealer.secretPointers());
    }

    @Test
    void nothingOutsideTheClientConfigurationIsSensitive() {
        assertThat(contract.reachedFrom("ClientConfiguration"))
                .containsAll(contract.sensitiveSchemas())
                .containsAll(configurations());
    }

    @Test
    void everyMemberThatDirectsASecretIsBoundToIt() {
        Set<String> open = contract.leaves("ClientConfiguration", false).stream()
                .map(JsonPointer::toString)
                .collect(Collectors.toSet());
        Set<String> known = new HashSet<>(LEAD_NOWHERE);
        SecretSealer.directingPointers().forEach(pointer -> known.add(pointer.toString()));
        assertThat(open).containsExactlyInAnyOrderElementsOf(known);
    }

    @ParameterizedTest
    @EnumSource(Technology.class)
    void eachSecretIsSealedAndShownNowhere(Technology technology) {
        List<Example> examples = contract.examples(Contract.configurationOf(technology));
        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(example -> assertThat(example.secrets()).isNotEmpty());
        for (Example example : examples) {
            String key = RunningApi.newKey();
            String path = "/api/connections/" + key;
            Set<String> secrets = secrets(example);
            ObjectNode creation = Json.object().put("connectionKey", key).put("technology", technology.label());
            creation.set("clientConfiguration", example.value());
            requireHidden(api.post("/api/connections", Json.write(creation)).is(201), secrets);
            ObjectNode patch = Json.object();
            patch.set("clientConfiguration", example.value());
            requireHidden(api.patch(path + "?dryRun=true", Json.write(patch)).is(200), secrets);
            requireHidden(api.patch(path, Json.write(patch)).is(200), secrets);
            requireHidden(api.get(path).is(200), secrets);
            requireHidden(api.get("/api/connections?limit=100").is(200), secrets);
            // A refusal does not quote the value either.
            patch.putObject("clientConfiguration")
                    .set("credential", example.value().path("credential"));
            ((ObjectNode) patch.path("clientConfiguration"))
                    .put("host", 1)
                    .put("region", 1)
                    .put("projectId", 1);
            requireHidden(api.patch(path, Json.write(patch)).isProblem(400), secrets);
            requireRedacted(api.get(path), example);
            requireSealed(key, technology, example);
            requireNowhereInTheDatabase(secrets);
        }
    }

    private Set<String> configurations() {
        Set<String> names = new HashSet<>();
        for (Technology technology : Technology.values()) {
            names.add(Contract.configurationOf(technology));
        }
        return names;
    }

    private static Set<String> secrets(Example example) {
        return example.secrets().stream()
                .map(pointer -> example.value().at(pointer).stringValue())
                .collect(Collectors.toSet());
    }

    private static void requireHidden(Answer answer, Set<String> secrets) {
        assertThat(secrets).allSatisfy(secret -> assertThat(answer.body()).doesNotContain(secret));
    }

    private static void requireRedacted(Answer read, Example example) {
        assertThat(example.secrets())
                .allSatisfy(pointer -> assertThat(read.json()
                                .path("clientConfiguration")
                                .at(pointer)
                                .asString(""))
                        .isEqualTo(SecretSealer.REDACTED));
    }

    private void requireSealed(String key, Technology technology, Example example) {
        UUID id = api.database()
                .sql("select id from connection where connection_key = ?")
                .param(key)
                .query(UUID.class)
                .single();
        JsonNode stored = Json.tree(api.database()
                .sql("select client_configuration::text from connection where id = ?")
                .param(id)
                .query(String.class)
                .single());
        assertThat(example.secrets())
                .allSatisfy(
                        pointer -> assertThat(stored.at(pointer).stringValue()).startsWith("sealed:"));
        JsonNode opened = api.bean(SecretSealer.class).open(id, technology, stored);
        assertThat(opened).isEqualTo(example.value());
        // As the worker reads it, with nothing in its text.
        assertThat(ClientConfiguration.read(technology, opened).toString()).doesNotContain(secrets(example));
    }

    /** Neither in a connection nor in a task, a run, an event or a command that waits to be sent. */
    private void requireNowhereInTheDatabase(Set<String> secrets) {
        List<String> tables = api.database()
                .sql("select quote_ident(table_name) from information_schema.tables"
                        + " where table_schema = 'public' and table_type = 'BASE TABLE'")
                .query((row, i) -> row.getString(1))
                .list();
        assertThat(tables).contains("connection", "task", "task_run", "task_event", "command_outbox");
        for (String table : tables) {
            for (String secret : secrets) {
                int rows = api.database()
                        .sql("select count(*) from " + table + " t where position(? in t::text) > 0")
                        .param(secret)
                        .query(Integer.class)
                        .single();
                assertThat(rows).as(table).isZero();
            }
        }
    }
}
