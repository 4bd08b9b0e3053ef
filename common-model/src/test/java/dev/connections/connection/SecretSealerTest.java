package dev.connections.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SecretSealerTest {
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
        JsonNode sealed = sealer.seal(CONNECTION, EVERYTHING, null);
        assertThat(sealed.toString()).doesNotContain("secret ").contains("db.example.org", "crawler", "k.p8");
        assertThat(sealer.open(CONNECTION, sealed)).isEqualTo(EVERYTHING);
    }

    @Test
    void sealingTheSameTwiceGivesDifferentTexts() {
        assertThat(sealer.seal(CONNECTION, EVERYTHING, null).at("/credential/password"))
                .isNotEqualTo(sealer.seal(CONNECTION, EVERYTHING, null).at("/credential/password"));
    }

    @Test
    void aSecretOpensOnlyForItsConnection() {
        JsonNode sealed = sealer.seal(CONNECTION, EVERYTHING, null);
        UUID other = Ids.next();
        assertThatThrownBy(() -> sealer.open(other, sealed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot open a secret of connection " + other);
    }

    @Test
    void aSecretOpensOnlyAtItsPlace() {
        JsonNode sealed = sealer.seal(CONNECTION, EVERYTHING, null);
        ObjectNode credential = (ObjectNode) sealed.get("credential");
        JsonNode password = credential.get("password");
        credential.set("password", credential.get("token"));
        credential.set("token", password);
        assertThatThrownBy(() -> sealer.open(CONNECTION, sealed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSecretThatIsNotSealedIsNotTakenForOneAndNotQuoted() {
        assertThatThrownBy(() -> sealer.open(CONNECTION, EVERYTHING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a secret of connection " + CONNECTION + " is not sealed");
    }

    @Test
    void aKeysetWithANewPrimaryKeyOpensWhatTheOldKeySealed() throws GeneralSecurityException {
        JsonNode old = sealer.seal(CONNECTION, EVERYTHING, null);
        SecretSealer rotated = new SecretSealer(withNewPrimary(keyset));
        assertThat(rotated.open(CONNECTION, old)).isEqualTo(EVERYTHING);
        JsonNode sealedAnew = rotated.seal(CONNECTION, EVERYTHING, null);
        assertThat(rotated.open(CONNECTION, sealedAnew)).isEqualTo(EVERYTHING);
        assertThatThrownBy(() -> sealer.open(CONNECTION, sealedAnew))
                .hasMessageContaining("add the key that sealed it");
    }

    @Test
    void aRedactedMemberKeepsWhatIsStoredAtItsPlace() {
        JsonNode stored = sealer.seal(CONNECTION, EVERYTHING, null);
        ObjectNode update = (ObjectNode) SecretSealer.redact(EVERYTHING);
        ((ObjectNode) update.get("credential")).put("token", "new");
        JsonNode sealed = sealer.seal(CONNECTION, update, stored);
        assertThat(sealed.at("/credential/key/content")).isEqualTo(stored.at("/credential/key/content"));
        JsonNode opened = sealer.open(CONNECTION, sealed);
        assertThat(opened.at("/credential/password").stringValue()).isEqualTo("secret 1");
        assertThat(opened.at("/credential/token").stringValue()).isEqualTo("new");
    }

    @Test
    void aRedactedMemberWithNothingStoredIsNamed() {
        JsonNode redacted = Json.tree("""
                {"credential": {"token": "[REDACTED]"}}""");
        for (@Nullable
        JsonNode stored : Arrays.<@Nullable JsonNode>asList(
                null, Json.tree("{}"), Json.tree("{\"credential\": {\"token\": null}}"))) {
            assertThatThrownBy(() -> sealer.seal(CONNECTION, redacted, stored))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("/credential/token");
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
