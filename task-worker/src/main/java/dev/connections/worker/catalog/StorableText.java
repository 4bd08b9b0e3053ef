package dev.connections.worker.catalog;

import org.jspecify.annotations.Nullable;

/** Text as PostgreSQL can store it: sources may allow the character 0, PostgreSQL does not. */
final class StorableText {
    private StorableText() {}

    static String of(String text) {
        return text.indexOf(0) < 0 ? text : text.replace('\0', '\uFFFD');
    }

    static @Nullable String orNull(@Nullable String text) {
        return text == null ? null : of(text);
    }
}
