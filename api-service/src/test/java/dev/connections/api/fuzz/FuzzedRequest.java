package dev.connections.api.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request as it goes over the wire.
 *
 * @param target path and query, as they are
 * @param headers lines in ISO 8859-1, besides Host and those of the framing
 * @param body may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FuzzedRequest(String method, String target, List<String> headers, byte[] body, Framing framing) {
    private static final int SHOWN = 600;

    /** The path with the one letter decoded that a fuzzer may have encoded. */
    String path() {
        int query = target.indexOf('?');
        return (query < 0 ? target : target.substring(0, query)).replace("%63", "c");
    }

    /** The same, framed in another way. */
    FuzzedRequest with(Framing other) {
        return new FuzzedRequest(method, target, headers, body, other);
    }

    /** Whether it carries no token that could be valid. */
    boolean isAnonymous() {
        return headers.stream().noneMatch(line -> line.startsWith("Authorization: Bearer ey"));
    }

    /** Everything that is sent. */
    byte[] bytes() {
        byte[] head = head().getBytes(StandardCharsets.ISO_8859_1);
        byte[] framed = framing.framed(body);
        return ByteBuffer.allocate(head.length + framed.length)
                .put(head)
                .put(framed)
                .array();
    }

    private String head() {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        return head.append(framing.header(body)).append("\r\n\r\n").toString();
    }

    /** As much of it as identifies it; without the token. */
    @Override
    public String toString() {
        String text = head().replaceAll("eyJ[\\w.-]+", "...") + new String(body, StandardCharsets.UTF_8);
        return text.substring(0, Math.min(SHOWN, text.length()));
    }
}
