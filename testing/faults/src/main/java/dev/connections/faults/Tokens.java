package dev.connections.faults;

import dev.connections.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Mints bearer tokens with a key pair of its own. */
final class Tokens {
    private static final Duration VALIDITY = Duration.ofDays(1);

    private final KeyPair keys;

    Tokens() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        this.keys = generator.generateKeyPair();
    }

    /** Writes the public half as PEM, for the API. */
    Path writePublicKey(Path file) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPublic().getEncoded());
        return Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
    }

    /** A token with every scope. */
    String mint() throws GeneralSecurityException {
        String claims = Json.object()
                .put("sub", "faults")
                .put("scope", "connections:read connections:operate connections:manage")
                .put("exp", Instant.now().plus(VALIDITY).getEpochSecond())
                .toString();
        String signed = encode("{\"alg\":\"RS256\"}") + "." + encode(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
