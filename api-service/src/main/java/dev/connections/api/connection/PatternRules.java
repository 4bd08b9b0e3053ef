package dev.connections.api.connection;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses patterns that mean more than they would do: only {@code *} and {@code **} are special, and there is no escape. What
 * a name can hold as well, such as {@code a[1]}, {@code {id}} or {@code a!}, stays what it is.
 */
final class PatternRules {
    private static final String INSTEAD = "; where a name has the character itself, '*' in its place matches it";

    private static final List<Rule> RULES = List.of(
            new Rule("^/|//|/$", "has an empty level; write one '/' between two names and none at the ends"),
            new Rule(
                    "^!",
                    "begins with '!', which negates nothing here; move what is to be left out to exclude" + INSTEAD),
            new Rule(
                    "\\\\[*?\\[\\]{}!\\\\]", "has '\\', which escapes nothing here; write the name as it is" + INSTEAD),
            new Rule("\\?", "has '?', which is no wildcard here; use '*' for characters within a level" + INSTEAD),
            new Rule(
                    "\\[(?![0-9]*\\])[^\\]/]{2,}\\]",
                    "has a class in '[' and ']', which is not known here; use '*' or one pattern for each" + INSTEAD),
            new Rule(
                    "\\{[^{}]*(,|\\.\\.)[^{}]*\\}",
                    "has alternatives in '{' and '}', which are not known here; use one pattern for each" + INSTEAD));

    private PatternRules() {}

    private record Rule(Pattern refused, String problem) {
        Rule(String regex, String problem) {
            this(Pattern.compile(regex), problem);
        }
    }

    /** What is wrong with an include or exclude pattern; empty where nothing is. */
    static Optional<String> problem(String pattern) {
        return RULES.stream()
                .filter(rule -> rule.refused().matcher(pattern).find())
                .map(Rule::problem)
                .findFirst();
    }
}
