package dev.connections.standalone;

import dev.connections.lab.Tokens;
import java.nio.file.Path;
import java.time.Duration;

/** Signs bearer tokens with its own key, which is stored in the data folder; the API verifies them with the public key. */
final class TokenIssuer {
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final Tokens tokens;
    private final Path publicKey;

    private TokenIssuer(Tokens tokens, Path publicKey) {
        this.tokens = tokens;
        this.publicKey = publicKey;
    }

    /** Reads the key from the folder; the first start creates it there. */
    static TokenIssuer in(DataFolder folder) {
        String kept = folder.secret("token-key", () -> new Tokens().privateKey());
        try {
            Tokens tokens = Tokens.withKey(kept);
            return new TokenIssuer(tokens, folder.writePrivate("token-public-key.pem", tokens.publicKey()));
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    "secrets/token-key in the data folder is damaged; delete it, and the next start creates a new one");
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
