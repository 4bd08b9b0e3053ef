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

    /**
     * The text on one line, without control characters and halves of characters: fit for a message, a log and JSON.
     *
     * @param most how many characters it has at most; what is longer is cut
     */
    public static String line(String text, int most) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(most)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .map(c -> Character.getType(c) == Character.SURROGATE ? '?' : c)
                .forEach(line::appendCodePoint);
        return line.toString().strip();
    }
}
