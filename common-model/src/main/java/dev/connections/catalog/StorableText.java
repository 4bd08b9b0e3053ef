package dev.connections.catalog;

import org.jspecify.annotations.Nullable;

/** Text that PostgreSQL can store: other databases allow the character U+0000, PostgreSQL does not. */
public final class StorableText {
    private StorableText() {}

    /** The text with a replacement character for each U+0000. */
    public static String of(String text) {
        return text.indexOf(0) < 0 ? text : text.replace('\0', '\uFFFD');
    }

    /** Like {@link #of}; null stays null. */
    public static @Nullable String orNull(@Nullable String text) {
        return text == null ? null : of(text);
    }
}
