package dev.connections.worker.source.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a source.
 *
 * @param path with its query, both already encoded
 * @param headers what the technology sends besides those of HTTP itself
 * @param body plain text in UTF-8; null for none
 */
public record HttpQuestion(
        String method,
        String path,
        Map<String, String> headers,
        @Nullable String body) {
    public HttpQuestion {
        headers = Map.copyOf(headers);
    }

    /** A name or a token as part of a path or of a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without the headers, of which one may hold a secret. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
