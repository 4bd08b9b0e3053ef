package dev.connections.api.fuzz;

import java.util.List;
import java.util.stream.Stream;

/** Content types that a request may claim. */
final class MediaTypes {
    /** None that an operation takes; the last is no Content-Type at all. */
    static final List<String> FOREIGN = List.of(
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-8",
            "multipart/form-data; boundary=x",
            "multipart/mixed; boundary=x",
            "multipart/related; boundary=x",
            "text/plain",
            "text/html",
            "text/xml",
            "text/csv",
            "text/event-stream",
            "application/xml",
            "application/yaml",
            "application/cbor",
            "application/x-jackson-smile",
            "application/x-ndjson",
            "application/octet-stream",
            "application/pdf",
            "application/problem+json",
            "application/vnd.api+json",
            "application/graphql",
            "application/x-java-serialized-object",
            "image/png",
            "nonsense",
            "a/b/c",
            "application/*",
            "*/*",
            "*/json",
            "");

    /** Foreign ones, and JSON in odd spellings. */
    static final List<String> ODD = Stream.concat(
                    FOREIGN.stream(),
                    List.of("application/json; charset=utf-16", "application/json;;", "application/json\u00e9")
                            .stream())
            .toList();

    private MediaTypes() {}

    /** The header's line in a list, or none for the empty type. */
    static List<String> header(String type) {
        return type.isEmpty() ? List.of() : List.of("Content-Type: " + type);
    }
}
