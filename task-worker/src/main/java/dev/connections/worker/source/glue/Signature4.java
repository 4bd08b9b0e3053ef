package dev.connections.worker.source.glue;

import dev.connections.connection.Credential.AccessKey;
import dev.connections.connection.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests with an access key, so that the key itself is not sent. Source: AWS's manual of IAM, "Create a signed AWS API
 * request" (Signature Version 4).
 */
final class Signature4 {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String END_OF_SCOPE = "aws4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int LENGTH_OF_DATE = 8;

    private final AccessKey key;
    private final String region;
    private final String service;

    /** Signs for one service in one region. */
    Signature4(AccessKey key, String region, String service) {
        this.key = key;
        this.region = region;
        this.service = service;
    }

    /**
     * The headers of a POST to the path / that has no query.
     *
     * @param host as the request's Host header has it
     * @param headers what else is to be signed and sent
     * @param now AWS takes a signature for five minutes
     * @return those headers, and the ones that prove who sends them; without Host, which the client adds
     */
    Map<String, String> sign(String host, Map<String, String> headers, String body, Instant now) {
        String time = TIME.format(now);
        Map<String, String> sent = new HashMap<>(headers);
        sent.put("X-Amz-Date", time);
        sent.put("X-Amz-Content-Sha256", hash(body));
        Secret token = key.sessionToken();
        if (token != null) {
            sent.put("X-Amz-Security-Token", token.reveal());
        }
        Map<String, String> signed = new TreeMap<>();
        signed.put("host", host);
        sent.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), canonical(value)));
        String names = String.join(";", signed.keySet());
        String request = "POST\n/\n\n"
                + signed.entrySet().stream()
                        .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                        .collect(Collectors.joining())
                + "\n" + names + "\n" + hash(body);
        String date = time.substring(0, LENGTH_OF_DATE);
        String scope = String.join("/", date, region, service, END_OF_SCOPE);
        String toSign = String.join("\n", ALGORITHM, time, scope, hash(request));
        String signature = HexFormat.of().formatHex(hmac(keyOf(date), toSign));
        sent.put(
                "Authorization",
                ALGORITHM + " Credential=" + key.accessKeyId() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + signature);
        return sent;
    }

    /** The key of one day, region and service. */
    private byte[] keyOf(String date) {
        byte[] derived = ("AWS4" + key.secretAccessKey().reveal()).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {date, region, service, END_OF_SCOPE}) {
            derived = hmac(derived, part);
        }
        return derived;
    }

    /** Spaces around a value do not count, and several in a row are one. */
    private static String canonical(String value) {
        return value.strip().replaceAll(" +", " ");
    }

    private static String hash(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM has no SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM has no HMAC of SHA-256", e);
        }
    }
}
