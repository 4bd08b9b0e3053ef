package dev.connections.api.http.page;

import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.api.http.problem.Violation;
import dev.connections.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Opaque cursors of keyset pages: the key of the last row, with an HMAC over it and over the list's name. A cursor that
 * is forged, changed, or from another list or other filters is refused as an invalid request.
 */
public final class Cursors {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int TAG_BYTES = 16;

    private final SecretKeySpec key;

    /** Derives its own key from the secret that all replicas share. */
    public Cursors(String sharedSecret) {
        this.key = new SecretKeySpec(
                mac(
                        new SecretKeySpec(sharedSecret.getBytes(StandardCharsets.UTF_8), ALGORITHM),
                        "connections: page cursors".getBytes(StandardCharsets.UTF_8)),
                ALGORITHM);
    }

    /**
     * The cursor that continues after a row.
     *
     * @param list identifies the list and its filters
     * @param rowKey the sort key of the page's last row
     */
    public String encode(String list, List<String> rowKey) {
        byte[] payload = Json.write(rowKey).getBytes(StandardCharsets.UTF_8);
        byte[] tag = tag(list, payload);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(tag.length + payload.length)
                        .put(tag)
                        .put(payload)
                        .array());
    }

    /**
     * Verifies and decodes a cursor of the same list and filters.
     *
     * @throws InvalidRequestException for any other cursor
     */
    public List<String> decode(String list, String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length > TAG_BYTES) {
                byte[] payload = Arrays.copyOfRange(bytes, TAG_BYTES, bytes.length);
                if (MessageDigest.isEqual(tag(list, payload), Arrays.copyOf(bytes, TAG_BYTES))) {
                    JsonNode read = Json.tree(new String(payload, StandardCharsets.UTF_8));
                    return StreamSupport.stream(read.spliterator(), false)
                            .map(JsonNode::stringValue)
                            .toList();
                }
            }
        } catch (IllegalArgumentException | JacksonException e) {
            // Not Base64 or not JSON: refused below, like a wrong tag.
        }
        throw new InvalidRequestException(List.of(new Violation(
                "cursor", "is not a cursor of this list with these filters; omit the cursor to start again")));
    }

    private byte[] tag(String list, byte[] payload) {
        byte[] name = list.getBytes(StandardCharsets.UTF_8);
        byte[] all = ByteBuffer.allocate(4 + name.length + payload.length)
                .putInt(name.length)
                .put(name)
                .put(payload)
                .array();
        return Arrays.copyOf(mac(key, all), TAG_BYTES);
    }

    private static byte[] mac(SecretKeySpec key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
        }
    }
}
