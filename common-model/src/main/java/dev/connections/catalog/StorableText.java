package dev.connections.catalog;

import org.jspecify.annotations.Nullable;

/** Text as PostgreSQL can store it: other databases allow the character 0, PostgreSQL does not. */
public final class StorableText {
    private StorableText() {}

    /** The text with another character for each 0. */
    public static String of(String text) {
        return text.indexOf(0) < 0 ? text : text.replace('\0', '\uFFFD');
    }

    /** Like {@link #of}, where there is a text. */
    public static @Nullable String orNull(@Nullable String text) {
        return text == null ? null : of(text);
    }
}
