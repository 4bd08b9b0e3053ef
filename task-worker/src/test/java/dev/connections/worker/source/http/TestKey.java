package dev.connections.worker.source.http;

import dev.connections.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A private key in several kinds of files, which openssl 3 made for tests, and what reads the tokens that it signs. */
public final class TestKey {
    /** Of the files that are encrypted. */
    public static final String PASSWORD = "open-sesame";

    private TestKey() {}

    /** A file of the folder, such as pkcs8.pem. */
    public static String file(String name) {
        try (InputStream in = TestKey.class.getResourceAsStream("/private-keys/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static RSAPublicKey publicKey() {
        try {
            String text = file("public.pem").replaceAll("-----[A-Z ]+-----", "");
            var spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(text));
            return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The two parts of a token. */
    public record Token(JsonNode header, JsonNode claims) {}

    /** What a token says; null where it is none that the key has signed, or one that is not good now. */
    public static @Nullable Token read(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        JsonNode header = Json.tree(text(parts[0]));
        JsonNode claims = Json.tree(text(parts[1]));
        long now = System.currentTimeMillis() / 1_000;
        boolean isOfNow = claims.path("iat").longValue() <= now
                && claims.path("exp").longValue() > now
                && claims.path("exp").longValue() <= claims.path("iat").longValue() + 3_600;
        return isOfNow && isSigned(header.path("alg").stringValue(), parts) ? new Token(header, claims) : null;
    }

    private static boolean isSigned(String algorithm, String[] parts) {
        try {
            Signature signature;
            if (algorithm.equals("RS256")) {
                signature = Signature.getInstance("SHA256withRSA");
            } else {
                signature = Signature.getInstance("RSASSA-PSS");
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initVerify(publicKey());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String text(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }
}
