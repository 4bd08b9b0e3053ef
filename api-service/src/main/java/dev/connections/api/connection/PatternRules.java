package dev.connections.api.connection;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses patterns with unsupported glob syntax: only {@code *} and {@code **} are special, and there is no escape.
 * Characters that names can contain, as in {@code a[1]}, {@code {id}} or {@code a!}, are taken literally.
 */
final class PatternRules {
    private static final String INSTEAD = "; to match the character itself, put '*' in its place";

    /** The contract's limit. On longer texts some rules would take long, and the schema refuses them anyway. */
    private static final int LONGEST = 512;

    private static final List<Rule> RULES = List.of(
            new Rule("^/|//|/$", "has an empty level; write one '/' between two names and none at either end"),
            new Rule("^!", "begins with '!', which does not negate; list what to leave out in exclude" + INSTEAD),
            new Rule(
                    "\\\\[*?\\[\\]{}!\\\\]", "contains '\\', which does not escape; write the name as it is" + INSTEAD),
            new Rule("\\?", "contains '?', which is not a wildcard; use '*' for characters within a level" + INSTEAD),
            new Rule(
                    "\\[(?![0-9]*\\])[^\\]/]{2,}\\]",
                    "contains a character class in '[' and ']', which is not supported; use '*' or one pattern for each"
                            + INSTEAD),
            new Rule(
                    "\\{[^{}]*(,|\\.\\.)[^{}]*\\}",
                    "contains alternatives in '{' and '}', which are not supported; use one pattern for each"
                            + INSTEAD));

    private PatternRules() {}

    private record Rule(Pattern refused, String problem) {
        Rule(String regex, String problem) {
            this(Pattern.compile(regex), problem);
        }
    }

    /** Returns what is wrong with an include or exclude pattern; empty if it is valid. */
    static Optional<String> problem(String pattern) {
        return pattern.length() > LONGEST
                ? Optional.empty()
                : RULES.stream()
                        .filter(rule -> rule.refused().matcher(pattern).find())
                        .map(Rule::problem)
                        .findFirst();
    }
}
