package dev.connections.worker.source.bigquery;

import dev.connections.connection.Credential;
import dev.connections.connection.Credential.SecretFile;
import dev.connections.connection.Credential.ServiceAccountKey;
import dev.connections.connection.Secret;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.PrivateKeyFile;
import dev.connections.worker.source.http.SignedToken;
import dev.connections.worker.source.http.SignedToken.Algorithm;
import dev.connections.worker.source.http.SourceJson;
import dev.connections.worker.source.http.TokenGrant;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A service account, by its key file: a JSON object with the account's name and a private key in PEM. Source: Google's manual
 * "Using OAuth 2.0 for Server to Server Applications".
 */
final class ServiceAccount {
    /** Reads metadata of all that the account's roles show it. BigQuery has no narrower scope that reads and does not write. */
    static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only";
    /** What an assertion is addressed to, whichever endpoint the operator has set. */
    static final String AUDIENCE = "https://oauth2.googleapis.com/token";

    private static final String PATH_OF_TOKENS = "/token";
    /** Google takes an hour at most. */
    private static final Duration LIFE_OF_ASSERTION = Duration.ofMinutes(10);

    /** A line of the key that is as long gives something away; a shorter one may be in any text. */
    private static final int TELLING_LINE = 40;

    private static final String ADVICE = "; create a JSON key of the service account and paste the whole file";

    private final String email;
    private final String keyId;
    private final RSAPrivateKey key;
    private final List<String> confidential;

    private ServiceAccount(String email, String keyId, RSAPrivateKey key, List<String> confidential) {
        this.email = email;
        this.keyId = keyId;
        this.key = key;
        this.confidential = confidential;
    }

    /**
     * Opens a key file.
     *
     * @throws RunFailedException AUTHENTICATION_FAILED where it is none; nothing of the file is in it
     */
    static ServiceAccount of(Credential credential) {
        if (!(credential instanceof ServiceAccountKey given)) {
            throw new IllegalStateException("the contract has no such credential for BigQuery");
        }
        Map<String, String> members = members(given.key().content());
        // Where tokens are asked for is the operator's choice, and not the file's.
        if (!members.getOrDefault("type", "").equals("service_account")) {
            throw failed("the key is not that of a service account: its type is not service_account");
        }
        String email = members.getOrDefault("client_email", "");
        String keyId = members.getOrDefault("private_key_id", "");
        String pem = members.getOrDefault("private_key", "");
        if (!email.matches("[\\x21-\\x7e]{1,320}") || !keyId.matches("[\\x21-\\x7e]{1,200}") || pem.isEmpty()) {
            throw failed("the key file lacks client_email, private_key_id or private_key");
        }
        RSAPrivateKey key = key(pem);
        List<String> lines = pem.lines()
                .map(String::strip)
                .filter(line -> line.length() >= TELLING_LINE)
                .toList();
        return new ServiceAccount(email, keyId, key, lines);
    }

    private static RSAPrivateKey key(String pem) {
        try {
            return PrivateKeyFile.read(new SecretFile(null, new Secret(pem), null));
        } catch (RunFailedException e) {
            // What it advises is for files that hold nothing but the key.
            throw failed("private_key in the key file is no whole RSA key in PEM");
        }
    }

    private static Map<String, String> members(Secret content) {
        try {
            return SourceJson.members(
                    content.reveal().getBytes(StandardCharsets.UTF_8),
                    Set.of("type", "client_email", "private_key_id", "private_key"));
        } catch (JacksonException e) {
            // Its message would quote the file.
            throw failed("the key is not a key file in JSON");
        }
    }

    private static RunFailedException failed(String message) {
        return new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, message + ADVICE, null);
    }

    /** Gets tokens for what the account's key has signed. */
    TokenGrant grant(HttpTarget authority) {
        ObjectNode header = Json.object().put("kid", keyId);
        ObjectNode claims = Json.object().put("iss", email).put("scope", SCOPE).put("aud", AUDIENCE);
        return TokenGrant.forAssertion(
                authority,
                PATH_OF_TOKENS,
                "the service account's key",
                () -> SignedToken.of(key, Algorithm.RS256, header, claims, LIFE_OF_ASSERTION));
    }

    /** Whether a text repeats a part of the private key, which is a secret though only the file around it is known as one. */
    boolean isRepeatedBy(String text) {
        return confidential.stream().anyMatch(text::contains);
    }
}
