package dev.connections.worker.source.mysql;

/** A pattern of LIKE, as grants write the names of databases: % and _ are wildcards unless a backslash stands before them. */
final class LikePattern {
    private static final char ESCAPE = '\\';

    private LikePattern() {}

    /** Where the first wildcard is; behind everything where there is none. */
    static int firstWildcard(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == ESCAPE) {
                i++;
            } else if (c == '%' || c == '_') {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    /** Whether it matches; goes back only to the last %, so that no pattern takes long. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int afterMany = -1;
        int tried = 0;
        while (t < text.length() || p < pattern.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '%') {
                afterMany = ++p;
                tried = t;
            } else if (t < text.length() && p < pattern.length() && matchesOne(pattern, p, text.charAt(t))) {
                p += isEscape(pattern, p) ? 2 : 1;
                t++;
            } else if (afterMany >= 0 && tried < text.length()) {
                p = afterMany;
                t = ++tried;
            } else {
                return false;
            }
        }
        return true;
    }

    private static boolean matchesOne(String pattern, int at, char c) {
        if (isEscape(pattern, at)) {
            return pattern.charAt(at + 1) == c;
        }
        return pattern.charAt(at) == '_' || pattern.charAt(at) == c;
    }

    private static boolean isEscape(String pattern, int at) {
        return pattern.charAt(at) == ESCAPE && at + 1 < pattern.length();
    }
}
