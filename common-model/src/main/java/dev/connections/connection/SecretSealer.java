package dev.connections.connection;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Seals the secrets inside a client configuration with AES-GCM and opens them again.
 *
 * <p>A sealed secret is bound to its connection and to its place in the configuration, so that a value copied elsewhere
 * does not open. It carries the id of its key: a keyset with a new primary key opens what the older keys have sealed.
 */
public final class SecretSealer {
    /** Replaces every secret in answers. */
    public static final String REDACTED = "[REDACTED]";

    private static final String SEALED = "sealed:v1:";
    /** The places of the contract's schema Secret, below clientConfiguration. */
    private static final List<JsonPointer> SECRETS = List.of(
            JsonPointer.compile("/credential/password"),
            JsonPointer.compile("/credential/token"),
            JsonPointer.compile("/credential/clientSecret"),
            JsonPointer.compile("/credential/secretAccessKey"),
            JsonPointer.compile("/credential/sessionToken"),
            JsonPointer.compile("/credential/privateKey/content"),
            JsonPointer.compile("/credential/privateKey/password"),
            JsonPointer.compile("/credential/key/content"),
            JsonPointer.compile("/credential/key/password"));

    private final Aead aead;

    /**
     * Loads the keys from a Tink keyset in JSON.
     *
     * @throws IllegalArgumentException if the text is not a keyset of AEAD keys; the message does not contain the text
     */
    public SecretSealer(String keysetJson) {
        try {
            AeadConfig.register();
            this.aead = TinkJsonProtoKeysetFormat.parseKeyset(
                            keysetJson, RegistryConfiguration.get(), InsecureSecretKeyAccess.get())
                    .getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (GeneralSecurityException | RuntimeException e) {
            // The cause is omitted on purpose: a parser's message may quote the keyset.
            throw new IllegalArgumentException(
                    "connections.secrets.keyset is not a Tink AEAD keyset in JSON; create one with 'tinkey create-keyset'"
                            + " or take it from the deployment's secret store");
        }
    }

    /** Creates a keyset with one AES-256-GCM key, as JSON. */
    public static String newKeyset() {
        try {
            AeadConfig.register();
            KeysetHandle handle =
                    KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, RegistryConfiguration.get());
            return TinkJsonProtoKeysetFormat.serializeKeyset(
                    handle, RegistryConfiguration.get(), InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES-GCM", e);
        }
    }

    /** The places where a client configuration can contain secrets, as JSON pointers relative to it. */
    public static List<JsonPointer> secretPointers() {
        return SECRETS;
    }

    /**
     * Returns a copy with every secret sealed. Where the new configuration contains {@value #REDACTED}, the copy keeps
     * the sealed secret from the same place of the stored configuration.
     *
     * @param stored the configuration in the database; null for a new connection
     * @throws IllegalArgumentException if there is no stored secret to keep; the message is its JSON pointer
     */
    public JsonNode seal(UUID connectionId, JsonNode configuration, @Nullable JsonNode stored) {
        return replaceSecrets(configuration, (pointer, value) -> {
            if (!value.equals(REDACTED)) {
                return sealOne(connectionId, pointer, value);
            }
            JsonNode kept = stored == null ? null : stored.at(pointer);
            if (kept == null || !kept.isString()) {
                throw new IllegalArgumentException(pointer.toString());
            }
            return kept.stringValue();
        });
    }

    /**
     * Returns a copy with every secret in clear.
     *
     * @throws IllegalStateException if a secret was sealed with a key that is not in the keyset
     */
    public JsonNode open(UUID connectionId, JsonNode clientConfiguration) {
        return replaceSecrets(clientConfiguration, (pointer, value) -> openOne(connectionId, pointer, value));
    }

    /** Returns a copy with {@value #REDACTED} in place of every secret. */
    public static JsonNode redact(JsonNode clientConfiguration) {
        return replaceSecrets(clientConfiguration, (pointer, value) -> REDACTED);
    }

    private static JsonNode replaceSecrets(JsonNode configuration, BiFunction<JsonPointer, String, String> change) {
        JsonNode copy = configuration.deepCopy();
        for (JsonPointer pointer : SECRETS) {
            JsonNode value = copy.at(pointer);
            if (value.isString() && copy.at(pointer.head()) instanceof ObjectNode owner) {
                owner.put(pointer.last().getMatchingProperty(), change.apply(pointer, value.stringValue()));
            }
        }
        return copy;
    }

    private String sealOne(UUID connectionId, JsonPointer pointer, String clear) {
        try {
            AeadConfig.register();
            byte[] sealed = aead.encrypt(clear.getBytes(StandardCharsets.UTF_8), context(connectionId, pointer));
            return SEALED + Base64.getEncoder().encodeToString(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal a secret of connection " + connectionId, e);
        }
    }

    private String openOne(UUID connectionId, JsonPointer pointer, String sealed) {
        if (!sealed.startsWith(SEALED)) {
            throw new IllegalStateException("a secret of connection " + connectionId + " is not sealed");
        }
        try {
            AeadConfig.register();
            byte[] bytes = Base64.getDecoder().decode(sealed.substring(SEALED.length()));
            return new String(aead.decrypt(bytes, context(connectionId, pointer)), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "cannot open a secret of connection " + connectionId
                            + "; add the key that sealed it to connections.secrets.keyset, or set the secret again",
                    e);
        }
    }

    private static byte[] context(UUID connectionId, JsonPointer pointer) {
        return (connectionId + pointer.toString()).getBytes(StandardCharsets.UTF_8);
    }
}
