package dev.connections.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import java.util.regex.Pattern;

/** Mints RS256 bearer tokens with a key of its own; the API verifies them with the public half. */
public final class Tokens {
    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final Pattern PLAIN = Pattern.compile("[\\w:. -]*");

    private final RSAPrivateCrtKey key;

    private Tokens(RSAPrivateCrtKey key) {
        this.key = key;
    }

    /** With a new key. */
    public Tokens() {
        this(newKey());
    }

    /**
     * With a key that was kept.
     *
     * @param privateKey as {@link #privateKey()} returned it
     * @throws IllegalArgumentException if it is no such key
     */
    public static Tokens withKey(String privateKey) {
        try {
            return new Tokens((RSAPrivateCrtKey) KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(privateKey))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an RSA key in PKCS #8", e);
        }
    }

    /** The key, to be kept: PKCS #8 in base64. */
    public String privateKey() {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** The public half in PEM, for spring.security.oauth2.resourceserver.jwt.public-key-location. */
    public String publicKey() {
        try {
            byte[] encoded = KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                    .getEncoded();
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
            return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no RSA", e);
        }
    }

    /** A temporary file with the public half. */
    public Path publicKeyFile() {
        try {
            Path file = Files.createTempFile("public-key", ".pem");
            file.toFile().deleteOnExit();
            return Files.writeString(file, publicKey());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The public half as a JWK set, as an issuer publishes it. */
    public String jwkSet() {
        return "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                .formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
    }

    /** A token of the subject with the scopes, valid for an hour. */
    public String mint(String subject, String... scopes) {
        return mint(subject, VALIDITY, scopes);
    }

    /** A token of the subject with the scopes, valid from now on. */
    public String mint(String subject, Duration validity, String... scopes) {
        String scope = String.join(" ", scopes);
        if (!PLAIN.matcher(subject + scope).matches()) {
            throw new IllegalArgumentException("subject and scopes are plain words");
        }
        Instant now = Instant.now();
        return sign("{\"sub\":\"%s\",\"scope\":\"%s\",\"iat\":%d,\"exp\":%d}"
                .formatted(
                        subject, scope, now.getEpochSecond(), now.plus(validity).getEpochSecond()));
    }

    /** A token with just these claims, a JSON object. */
    public String sign(String claims) {
        String signed = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + encode(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + URL.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot sign with RSA", e);
        }
    }

    private static RSAPrivateCrtKey newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no RSA", e);
        }
    }

    private static String encode(String text) {
        return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Big-endian, without the zero that a sign bit would need. */
    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return URL.encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
    }
}
