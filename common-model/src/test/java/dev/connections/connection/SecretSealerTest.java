package dev.connections.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.connections.connection.SecretSealer.NotKept;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SecretSealerTest {
    private static final Technology SNOWFLAKE = Technology.SNOWFLAKE;
    private static final UUID CONNECTION = Ids.next();
    private static final JsonNode EVERYTHING = Json.tree("""
            {"host": "db.example.org", "credential": {"authenticationType": "UsernamePassword", "username": "crawler",
             "password": "secret 1", "token": "secret 2", "clientSecret": "secret 3", "secretAccessKey": "secret 4",
             "sessionToken": "secret 5", "privateKey": {"filename": "k.p8", "content": "secret 6", "password": "secret 7"},
             "key": {"filename": "k.json", "content": "secret 8", "password": "secret 9"}}}
            """);

    private final String keyset = SecretSealer.newKeyset();
    private final SecretSealer sealer = new SecretSealer(keyset);

    @Test
    void whatIsSealedOpensAgainAndShowsNoSecretMeanwhile() {
        JsonNode sealed = sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        assertThat(sealed.toString()).doesNotContain("secret ").contains("db.example.org", "crawler", "k.p8");
        assertThat(sealer.open(CONNECTION, SNOWFLAKE, sealed)).isEqualTo(EVERYTHING);
    }

    @Test
    void sealingTheSameTwiceGivesDifferentTexts() {
        assertThat(sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null).at("/credential/password"))
                .isNotEqualTo(
                        sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null).at("/credential/password"));
    }

    @Test
    void aSecretOpensOnlyForItsConnection() {
        JsonNode sealed = sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        UUID other = Ids.next();
        assertThatThrownBy(() -> sealer.open(other, SNOWFLAKE, sealed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot open a secret of connection " + other);
    }

    @Test
    void aSecretOpensOnlyAtItsPlace() {
        JsonNode sealed = sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        ObjectNode credential = (ObjectNode) sealed.get("credential");
        JsonNode password = credential.get("password");
        credential.set("password", credential.get("token"));
        credential.set("token", password);
        assertThatThrownBy(() -> sealer.open(CONNECTION, SNOWFLAKE, sealed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSecretThatIsNotSealedIsNotTakenForOneAndNotQuoted() {
        assertThatThrownBy(() -> sealer.open(CONNECTION, SNOWFLAKE, EVERYTHING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a secret of connection " + CONNECTION
                        + " is not sealed, or an earlier build has sealed it; set the secret again");
    }

    @Test
    void aKeysetWithANewPrimaryKeyOpensWhatTheOldKeySealed() throws GeneralSecurityException {
        JsonNode old = sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        SecretSealer rotated = new SecretSealer(withNewPrimary(keyset));
        assertThat(rotated.open(CONNECTION, SNOWFLAKE, old)).isEqualTo(EVERYTHING);
        JsonNode sealedAnew = rotated.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        assertThat(rotated.open(CONNECTION, SNOWFLAKE, sealedAnew)).isEqualTo(EVERYTHING);
        assertThatThrownBy(() -> sealer.open(CONNECTION, SNOWFLAKE, sealedAnew))
                .hasMessageContaining("add the key that sealed it");
    }

    @Test
    void aRedactedMemberKeepsWhatIsStoredAtItsPlace() {
        JsonNode stored = sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        ObjectNode update = (ObjectNode) SecretSealer.redact(EVERYTHING);
        ((ObjectNode) update.get("credential")).put("token", "new");
        JsonNode sealed = sealer.seal(CONNECTION, SNOWFLAKE, update, stored);
        assertThat(sealed.at("/credential/key/content")).isEqualTo(stored.at("/credential/key/content"));
        JsonNode opened = sealer.open(CONNECTION, SNOWFLAKE, sealed);
        assertThat(opened.at("/credential/password").stringValue()).isEqualTo("secret 1");
        assertThat(opened.at("/credential/token").stringValue()).isEqualTo("new");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /host                      | evil.example.org
            /port                      | 444
            /tls/mode                  | VERIFY_FULL
            /tls/caCertificate         | mine
            /region                    | x.evil.example.org/
            /credential/authenticationType | KeyPair
            /credential/authorityUrl   | https://evil.example.org
            /credential/username       | other
            /credential/clientId       | other
            /credential/accessKeyId    | other
            """, delimiter = '|')
    void aSecretIsNeitherKeptNorOpenedForAnotherDestination(String member, String value) {
        JsonNode stored = sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        JsonNode moved = with(stored, member, value);
        assertThatThrownBy(() -> sealer.open(CONNECTION, SNOWFLAKE, moved))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("for another host, port, TLS mode or account");
        JsonNode asked = SecretSealer.redact(moved);
        JsonPointer pointer = JsonPointer.compile(member);
        assertThat(SecretSealer.notKept(SNOWFLAKE, asked, stored))
                .containsExactlyElementsOf(SecretSealer.secretPointers().stream()
                        .map(secret -> new NotKept(secret, List.of(pointer)))
                        .toList());
        assertThatThrownBy(() -> sealer.seal(CONNECTION, SNOWFLAKE, asked, stored))
                .isInstanceOf(IllegalArgumentException.class);
        JsonNode sentAgain = with(EVERYTHING, member, value);
        assertThat(sealer.open(CONNECTION, SNOWFLAKE, sealer.seal(CONNECTION, SNOWFLAKE, sentAgain, stored)))
                .isEqualTo(sentAgain);
    }

    @Test
    void aSecretIsNotOpenedForAnotherTechnology() {
        JsonNode stored = sealer.seal(CONNECTION, Technology.MYSQL, EVERYTHING, null);
        assertThatThrownBy(() -> sealer.open(CONNECTION, Technology.MARIADB, stored))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"/host, DB.example.ORG", "/port, 443", "/tls/mode, PREFER", "/database, other", "/httpPath, /other"})
    void aSecretIsKeptWhereItsDestinationStays(String member, String value) {
        JsonNode stored = sealer.seal(CONNECTION, SNOWFLAKE, EVERYTHING, null);
        JsonNode changed = with(EVERYTHING, member, value);
        JsonNode kept = sealer.seal(CONNECTION, SNOWFLAKE, SecretSealer.redact(changed), stored);
        assertThat(sealer.open(CONNECTION, SNOWFLAKE, kept)).isEqualTo(changed);
    }

    @Test
    void thePortIsTheTechnologysDefaultForTheTlsMode() {
        JsonNode stored = sealer.seal(CONNECTION, Technology.TRINO, EVERYTHING, null);
        JsonNode encrypted = SecretSealer.redact(with(EVERYTHING, "/tls/mode", "REQUIRE"));
        assertThat(SecretSealer.notKept(Technology.TRINO, encrypted, stored))
                .allSatisfy(secret -> assertThat(secret.moved())
                        .containsExactly(JsonPointer.compile("/port"), JsonPointer.compile("/tls/mode")));
        JsonNode explicit = SecretSealer.redact(with(EVERYTHING, "/port", "8080"));
        assertThat(SecretSealer.notKept(Technology.TRINO, explicit, stored)).isEmpty();
    }

    private static JsonNode with(JsonNode configuration, String member, String value) {
        JsonNode copy = configuration.deepCopy();
        JsonPointer pointer = JsonPointer.compile(member);
        JsonNode at = copy.at(pointer.head());
        ObjectNode owner = at instanceof ObjectNode found
                ? found
                : ((ObjectNode) copy).putObject(pointer.head().last().getMatchingProperty());
        String name = pointer.last().getMatchingProperty();
        if (name.equals("port")) {
            owner.put(name, Integer.parseInt(value));
        } else {
            owner.put(name, value);
        }
        return copy;
    }

    @Test
    void aRedactedMemberWithNothingStoredIsNamed() {
        JsonNode redacted = Json.tree("""
                {"credential": {"token": "[REDACTED]"}}""");
        for (@Nullable
        JsonNode stored : Arrays.<@Nullable JsonNode>asList(
                null, Json.tree("{}"), Json.tree("{\"credential\": {\"token\": null}}"))) {
            assertThatThrownBy(() -> sealer.seal(CONNECTION, SNOWFLAKE, redacted, stored))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("/credential/token");
            assertThat(SecretSealer.notKept(SNOWFLAKE, redacted, stored))
                    .containsExactly(new NotKept(JsonPointer.compile("/credential/token"), List.of()));
        }
    }

    @Test
    void redactingHidesEverySecretAndNothingElse() {
        JsonNode redacted = SecretSealer.redact(EVERYTHING);
        assertThat(redacted.toString()).doesNotContain("secret ");
        assertThat(SecretSealer.secretPointers())
                .hasSize(9)
                .allSatisfy(pointer ->
                        assertThat(redacted.at(pointer).stringValue()).isEqualTo("[REDACTED]"));
        assertThat(redacted.toString().replaceAll("\\[REDACTED]", ""))
                .isEqualTo(EVERYTHING.toString().replaceAll("secret \\d", ""));
        JsonNode without = Json.tree("{\"credential\": {\"username\": \"crawler\", \"password\": null}}");
        assertThat(SecretSealer.redact(without)).isEqualTo(without);
    }

    @Test
    void aBadKeysetIsRefusedWithoutQuotingIt() {
        for (String bad : new String[] {"", "hunter2", "{\"hunter2\": 1}", keyset.replace("keyData", "hunter2")}) {
            assertThatThrownBy(() -> new SecretSealer(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not a Tink AEAD keyset")
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause();
        }
    }

    private static String withNewPrimary(String keyset) throws GeneralSecurityException {
        KeysetHandle old = TinkJsonProtoKeysetFormat.parseKeyset(
                keyset, RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
        KeysetHandle rotated = KeysetHandle.newBuilder(old)
                .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withRandomId()
                        .makePrimary())
                .build();
        return TinkJsonProtoKeysetFormat.serializeKeyset(
                rotated, RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
    }
}
