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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Seals the secrets inside a client configuration with AES-GCM and opens them again.
 *
 * <p>A sealed secret is bound to its connection, to its place in the configuration and to where it goes: technology, host,
 * port, TLS mode, trusted certificates, account. A value copied elsewhere does not open, and neither does one whose
 * configuration was made to lead elsewhere. It carries the id of its key: a keyset with a new primary key opens what the
 * older keys have sealed.
 */
public final class SecretSealer {
    /** Replaces every secret in answers. */
    public static final String REDACTED = "[REDACTED]";

    private static final String SEALED = "sealed:v2:";
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

    /**
     * A stored secret that a configuration asks to keep and that cannot be kept.
     *
     * @param pointer its place, relative to the configuration
     * @param moved the members that lead a secret elsewhere than the stored one was given for; empty where none is stored
     */
    public record NotKept(JsonPointer pointer, List<JsonPointer> moved) {
        public NotKept {
            moved = List.copyOf(moved);
        }
    }

    /** The places where a client configuration can contain secrets, as JSON pointers relative to it. */
    public static List<JsonPointer> secretPointers() {
        return SECRETS;
    }

    /** The members of a client configuration that decide where its secrets go, as JSON pointers relative to it. */
    public static List<JsonPointer> directingPointers() {
        return Destination.pointers();
    }

    /**
     * Returns a copy with every secret sealed. Where the new configuration contains {@value #REDACTED}, the copy keeps
     * the sealed secret from the same place of the stored configuration.
     *
     * @param stored the configuration in the database; null for a new connection
     * @throws IllegalArgumentException if a secret cannot be kept; {@link #notKept} finds which
     */
    public JsonNode seal(UUID connectionId, Technology technology, JsonNode configuration, @Nullable JsonNode stored) {
        List<NotKept> notKept = notKept(technology, configuration, stored);
        if (!notKept.isEmpty()) {
            throw new IllegalArgumentException("secrets of connection " + connectionId + " cannot be kept: " + notKept);
        }
        Destination destination = Destination.of(technology, configuration);
        return replaceSecrets(configuration, (pointer, value) -> {
            if (!value.equals(REDACTED)) {
                return sealOne(connectionId, destination, pointer, value);
            }
            return Objects.requireNonNull(stored).at(pointer).stringValue();
        });
    }

    /**
     * Finds the secrets that a configuration asks to keep, by containing {@value #REDACTED}, though none is stored at
     * their place or the stored one was given for another destination.
     *
     * @param stored the configuration in the database; null for a new connection
     */
    public static List<NotKept> notKept(Technology technology, JsonNode configuration, @Nullable JsonNode stored) {
        List<NotKept> notKept = new ArrayList<>();
        List<JsonPointer> moved = stored == null
                ? List.of()
                : Destination.of(technology, configuration).differences(Destination.of(technology, stored));
        for (JsonPointer pointer : SECRETS) {
            if (!configuration.at(pointer).asString("").equals(REDACTED)) {
                continue;
            }
            if (stored == null || !stored.at(pointer).isString()) {
                notKept.add(new NotKept(pointer, List.of()));
            } else if (!moved.isEmpty()) {
                notKept.add(new NotKept(pointer, moved));
            }
        }
        return notKept;
    }

    /**
     * Returns a copy with every secret in clear.
     *
     * @throws IllegalStateException if a secret was sealed with a key that is not in the keyset, or for another
     *     connection, place or destination
     */
    public JsonNode open(UUID connectionId, Technology technology, JsonNode clientConfiguration) {
        Destination destination = Destination.of(technology, clientConfiguration);
        return replaceSecrets(
                clientConfiguration, (pointer, value) -> openOne(connectionId, destination, pointer, value));
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

    private String sealOne(UUID connectionId, Destination destination, JsonPointer pointer, String clear) {
        try {
            AeadConfig.register();
            byte[] sealed = aead.encrypt(
                    clear.getBytes(StandardCharsets.UTF_8), destination.associatedData(connectionId, pointer));
            return SEALED + Base64.getEncoder().encodeToString(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal a secret of connection " + connectionId, e);
        }
    }

    private String openOne(UUID connectionId, Destination destination, JsonPointer pointer, String sealed) {
        if (!sealed.startsWith(SEALED)) {
            throw new IllegalStateException("a secret of connection " + connectionId
                    + " is not sealed, or an earlier build has sealed it; set the secret again");
        }
        try {
            AeadConfig.register();
            byte[] bytes = Base64.getDecoder().decode(sealed.substring(SEALED.length()));
            return new String(
                    aead.decrypt(bytes, destination.associatedData(connectionId, pointer)), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "cannot open a secret of connection " + connectionId
                            + ", which another key has sealed, or this one for another host, port, TLS mode or account;"
                            + " add the key that sealed it to connections.secrets.keyset, or set the secret again",
                    e);
        }
    }
}
