package dev.connections.worker.source.http;

import dev.connections.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/** JSON web tokens that a client signs with its RSA key (RFC 7519), to show who it is. */
public final class SignedToken {
    /** How far the worker's clock may be ahead of the reader's, which takes no token from the future. */
    static final Duration AHEAD = Duration.ofSeconds(30);

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private SignedToken() {}

    /** How a token is signed (RFC 7518, section 3.1). */
    public enum Algorithm {
        /** RSA with PKCS #1 and SHA-256. */
        RS256,
        /** RSA with PSS and SHA-256. */
        PS256
    }

    /**
     * Signs a token.
     *
     * @param header besides the algorithm and the type
     * @param claims besides the times
     * @param life how long it is good from now on
     */
    public static String of(
            RSAPrivateKey key, Algorithm algorithm, ObjectNode header, ObjectNode claims, Duration life) {
        Instant now = Instant.now();
        ObjectNode head = header.deepCopy().put("typ", "JWT").put("alg", algorithm.name());
        ObjectNode said = claims.deepCopy()
                .put("iat", now.minus(AHEAD).getEpochSecond())
                .put("exp", now.plus(life).getEpochSecond());
        String signed = encoded(head) + "." + encoded(said);
        return signed + "." + BASE64.encodeToString(signature(key, algorithm, signed));
    }

    private static String encoded(ObjectNode part) {
        return BASE64.encodeToString(Json.write(part).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] signature(RSAPrivateKey key, Algorithm algorithm, String signed) {
        try {
            Signature signature;
            if (algorithm == Algorithm.RS256) {
                signature = Signature.getInstance("SHA256withRSA");
            } else {
                signature = Signature.getInstance("RSASSA-PSS");
                signature.setParameter(new PSSParameterSpec(
                        "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC));
            }
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM has no " + algorithm, e);
        }
    }
}
