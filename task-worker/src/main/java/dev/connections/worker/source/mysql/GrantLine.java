package dev.connections.worker.source.mysql;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of SHOW GRANTS that is about databases or tables.
 *
 * @param isRevoke whether it takes away, as partial revokes of MySQL do, what a grant for everything has given
 * @param privileges in upper case, without those that are for some columns only
 * @param database as the grant writes it; null for all
 * @param table null for all
 */
record GrantLine(
        boolean isRevoke,
        Set<String> privileges,
        @Nullable String database,
        @Nullable String table,
        String grantee) {
    /** Reads a line; null where it is about something else, such as a role or a procedure. */
    static @Nullable GrantLine parse(String line) {
        return new Parser(line).parse();
    }

    /** A word, a sign, or a name that was in quotes. */
    private record Token(String text, boolean quoted) {
        boolean is(String word) {
            return !quoted && text.equalsIgnoreCase(word);
        }

        boolean isEnd() {
            return is("");
        }
    }

    private static final class Parser {
        private static final Token END = new Token("", false);
        private static final String QUOTES = "`\"'";
        private static final String SIGNS = ",.()*@";

        private final String line;
        private int at;

        Parser(String line) {
            this.line = line;
        }

        @Nullable
        GrantLine parse() {
            boolean revoke = next().is("REVOKE");
            Set<String> privileges = privileges();
            Token database = next();
            if (!next().is(".")) {
                return null;
            }
            Token table = next();
            boolean isOfRelations = next().is(revoke ? "FROM" : "TO");
            return isOfRelations
                    ? new GrantLine(revoke, privileges, nameOrAll(database), nameOrAll(table), grantee())
                    : null;
        }

        /** What stands before ON. */
        private Set<String> privileges() {
            Set<String> found = new HashSet<>();
            StringBuilder words = new StringBuilder();
            for (Token token = next(); !token.isEnd() && !token.is("ON"); token = next()) {
                if (token.is("(")) {
                    skipColumns();
                    words.setLength(0);
                } else if (token.is(",")) {
                    add(words, found);
                } else {
                    words.append(words.isEmpty() ? "" : " ").append(token.text());
                }
            }
            add(words, found);
            return found;
        }

        private void skipColumns() {
            Token token = next();
            while (!token.isEnd() && !token.is(")")) {
                token = next();
            }
        }

        private static void add(StringBuilder words, Set<String> found) {
            if (!words.isEmpty()) {
                found.add(words.toString().toUpperCase(Locale.ROOT));
                words.setLength(0);
            }
        }

        private String grantee() {
            String user = next().text();
            return next().is("@") ? user + "@" + next().text() : user;
        }

        private static @Nullable String nameOrAll(Token token) {
            return token.is("*") ? null : token.text();
        }

        private Token next() {
            while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                at++;
            }
            if (at == line.length()) {
                return END;
            }
            char first = line.charAt(at);
            if (QUOTES.indexOf(first) >= 0) {
                return quoted(first);
            }
            int start = at++;
            while (SIGNS.indexOf(first) < 0 && at < line.length() && isOfWord(line.charAt(at))) {
                at++;
            }
            return new Token(line.substring(start, at), false);
        }

        private static boolean isOfWord(char c) {
            return !Character.isWhitespace(c) && SIGNS.indexOf(c) < 0 && QUOTES.indexOf(c) < 0;
        }

        /** A name, in which each quote is doubled. */
        private Token quoted(char quote) {
            StringBuilder name = new StringBuilder();
            at++;
            while (at < line.length()) {
                char c = line.charAt(at++);
                if (c == quote) {
                    if (at == line.length() || line.charAt(at) != quote) {
                        break;
                    }
                    at++;
                }
                name.append(c);
            }
            return new Token(name.toString(), true);
        }
    }
}
