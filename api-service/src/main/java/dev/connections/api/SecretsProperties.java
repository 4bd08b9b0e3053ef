package dev.connections.api;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The keys that seal the secrets of connections.
 *
 * @param keyset a Tink AEAD keyset in JSON
 */
@ConfigurationProperties("connections.secrets")
record SecretsProperties(@Nullable String keyset) {
    String requiredKeyset() {
        if (keyset == null || keyset.isBlank()) {
            throw new IllegalStateException("connections.secrets.keyset is not set. Set CONNECTIONS_SECRETS_KEYSET to"
                    + " the Tink AEAD keyset in JSON that seals the connections' secrets. To create a keyset, run"
                    + " 'tinkey create-keyset --key-template AES256_GCM'.");
        }
        return keyset;
    }

    @Override
    public String toString() {
        return "SecretsProperties[keyset not shown]";
    }
}
