package dev.connections.standalone;

import dev.connections.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Signs bearer tokens with a key of its own, which the data folder keeps; the API verifies with its public half. */
final class TokenIssuer {
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final RSAPrivateCrtKey key;
    private final Path publicKey;

    private TokenIssuer(RSAPrivateCrtKey key, Path publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** Takes the key from the folder, where the first start puts it. */
    static TokenIssuer in(DataFolder folder) {
        String kept = folder.secret("token-key", TokenIssuer::newKey);
        try {
            KeyFactory rsa = KeyFactory.getInstance("RSA");
            RSAPrivateCrtKey key = (RSAPrivateCrtKey) rsa.generatePrivate(
                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(kept)));
            byte[] publicHalf = rsa.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                    .getEncoded();
            return new TokenIssuer(key, folder.writePrivate("token-public-key.pem", pem(publicHalf)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new StartException(
                    "secrets/token-key in the data folder is damaged; remove it, and the next start makes a new one");
        }
    }

    /** The file with the public key, in PEM. */
    Path publicKey() {
        return publicKey;
    }

    /** A token with every scope. */
    String mint(Instant now) {
        String header = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
        String claims = Json.object()
                .put("sub", "standalone")
                .put("scope", "connections:read connections:operate connections:manage")
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(VALIDITY).getEpochSecond())
                .toString();
        String signed = header + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot sign with RSA", e);
        }
    }

    private static String newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return Base64.getEncoder()
                    .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no RSA", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String pem(byte[] publicKey) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey);
        return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
    }
}
