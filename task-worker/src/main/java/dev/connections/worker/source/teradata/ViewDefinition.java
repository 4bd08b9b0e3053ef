package dev.connections.worker.source.teradata;

import java.util.Locale;

/**
 * The text of the last request about a view, which the dictionary keeps: mostly the one that made it, but after a change of its
 * name or its comment it may be that.
 */
final class ViewDefinition {
    private static final String SPACE = " \t\r\n";

    private ViewDefinition() {}

    /** The text where it defines a view; else empty. */
    static String of(String request) {
        int at = afterComments(request, 0);
        String first = word(request, at);
        if (!first.equals("CREATE") && !first.equals("REPLACE")) {
            return "";
        }
        at = afterComments(request, at + first.length());
        String second = word(request, at);
        if (second.equals("RECURSIVE")) {
            second = word(request, afterComments(request, at + second.length()));
        }
        return second.equals("VIEW") ? request : "";
    }

    private static int afterComments(String request, int from) {
        int at = from;
        while (at < request.length()) {
            if (SPACE.indexOf(request.charAt(at)) >= 0) {
                at++;
            } else if (request.startsWith("--", at)) {
                at = after(request, "\n", at);
            } else if (request.startsWith("/*", at)) {
                at = after(request, "*/", at);
            } else {
                return at;
            }
        }
        return at;
    }

    private static int after(String request, String end, int from) {
        int found = request.indexOf(end, from);
        return found < 0 ? request.length() : found + end.length();
    }

    private static String word(String request, int from) {
        int to = from;
        while (to < request.length() && to - from < 20 && Character.isLetter(request.charAt(to))) {
            to++;
        }
        return request.substring(from, to).toUpperCase(Locale.ROOT);
    }
}
