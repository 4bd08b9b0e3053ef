package dev.connections.standalone;

import dev.connections.lab.Tokens;
import java.nio.file.Path;
import java.time.Duration;

/** Signs bearer tokens with a key of its own, which the data folder keeps; the API verifies with its public half. */
final class TokenIssuer {
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final Tokens tokens;
    private final Path publicKey;

    private TokenIssuer(Tokens tokens, Path publicKey) {
        this.tokens = tokens;
        this.publicKey = publicKey;
    }

    /** Takes the key from the folder, where the first start puts it. */
    static TokenIssuer in(DataFolder folder) {
        String kept = folder.secret("token-key", () -> new Tokens().privateKey());
        try {
            Tokens tokens = Tokens.withKey(kept);
            return new TokenIssuer(tokens, folder.writePrivate("token-public-key.pem", tokens.publicKey()));
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    "secrets/token-key in the data folder is damaged; remove it, and the next start makes a new one");
        }
    }

    /** The file with the public key, in PEM. */
    Path publicKey() {
        return publicKey;
    }

    /** A token with every scope. */
    String mint() {
        return tokens.mint("standalone", VALIDITY, "connections:read", "connections:operate", "connections:manage");
    }
}
