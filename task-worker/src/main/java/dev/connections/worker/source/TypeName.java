package dev.connections.worker.source;

import java.util.Locale;

/** The name of a column's type, as sources write it. */
public final class TypeName {
    private TypeName() {}

    /** The word it begins with, in lower case: decimal of decimal(10,2), timestamp of timestamp(3) with time zone. */
    public static String firstWord(String type) {
        int end = 0;
        while (end < type.length() && (Character.isLetterOrDigit(type.charAt(end)) || type.charAt(end) == '_')) {
            end++;
        }
        return type.substring(0, end).toLowerCase(Locale.ROOT);
    }
}
