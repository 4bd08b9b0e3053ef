package dev.connections.worker.source;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Names as a statement has them, so that no two paths are one. */
public final class QuotedPath {
    private QuotedPath() {}

    /** The names in double quotes, as standard SQL writes them, with dots between them. */
    public static String of(String... names) {
        return Arrays.stream(names).map(name -> quoted(name, '"')).collect(Collectors.joining("."));
    }

    /** One name in quotes, of which each within it is doubled. */
    public static String quoted(String name, char quote) {
        String one = String.valueOf(quote);
        return one + name.replace(one, one + one) + one;
    }
}
