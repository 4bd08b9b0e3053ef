package dev.connections.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Include and exclude globs over object paths (database/schema/table). {@code *} stays within a level, {@code **}
 * crosses levels.
 *
 * <p>A path is covered where an include pattern matches it and no exclude pattern matches it or anything above it. The
 * same rules are given as regular expressions for Java and for PostgreSQL alike, over the names joined with '/': only
 * literals, groups, alternatives and classes that mean the same in both.
 */
public final class PathPatterns {
    private static final String NOTHING = "(?!)";

    private final String leafRegex;
    private final String containerRegex;
    private final String excludeRegex;
    private final Pattern leaf;
    private final Pattern container;
    private final Pattern excluded;

    public PathPatterns(List<String> include, List<String> exclude) {
        this.leafRegex = anyOf(include.stream().map(PathPatterns::exact).toList());
        this.containerRegex = anyOf(include.stream().map(PathPatterns::prefixes).toList());
        this.excludeRegex = anyOf(exclude.stream().map(PathPatterns::below).toList());
        this.leaf = Pattern.compile(leafRegex, Pattern.DOTALL);
        this.container = Pattern.compile(containerRegex, Pattern.DOTALL);
        this.excluded = Pattern.compile(excludeRegex, Pattern.DOTALL);
    }

    /** Whether a table or view at the path is to be crawled. */
    public boolean covers(List<String> path) {
        String joined = String.join("/", path);
        return leaf.matcher(joined).matches() && !excluded.matcher(joined).matches();
    }

    /** Whether a database or schema at the path is to be crawled: it, or something below it, may be covered. */
    public boolean coversContainer(List<String> path) {
        String joined = String.join("/", path);
        return container.matcher(joined).matches() && !excluded.matcher(joined).matches();
    }

    /** Matches the joined paths of covered tables and views that no exclude pattern takes out. */
    public String leafRegex() {
        return leafRegex;
    }

    /** Matches the joined paths of databases and schemas that may hold something covered. */
    public String containerRegex() {
        return containerRegex;
    }

    /** Matches the joined paths that an exclude pattern takes out, with everything below. */
    public String excludeRegex() {
        return excludeRegex;
    }

    private static String anyOf(List<String> regexes) {
        return regexes.isEmpty() ? "^" + NOTHING + "$" : "^(" + String.join("|", regexes) + ")$";
    }

    private static String exact(String glob) {
        String[] levels = glob.split("/", -1);
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < levels.length; i++) {
            boolean last = i == levels.length - 1;
            if (levels[i].equals("**")) {
                regex.append(last ? ".*" : "(.*/)?");
            } else {
                regex.append(level(levels[i])).append(last ? "" : "/");
            }
        }
        return regex.toString();
    }

    /** 'a/b/c' becomes a(/b(/c)?)?; from a level with '**' on, everything may hold a match. */
    private static String prefixes(String glob) {
        StringBuilder regex = new StringBuilder();
        int open = 0;
        for (String level : glob.split("/", -1)) {
            boolean crosses = level.contains("**");
            if (!regex.isEmpty()) {
                regex.append("(/");
                open++;
            }
            regex.append(crosses ? ".*" : level(level));
            if (crosses) {
                break;
            }
        }
        return regex.append(")?".repeat(open)).toString();
    }

    private static String below(String glob) {
        return glob.endsWith("/**") ? exact(glob) : exact(glob) + "(/.*)?";
    }

    private static String level(String glob) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c != '*') {
                parts.add(literal(c));
            } else if (i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
                parts.add(".*");
                i++;
            } else {
                parts.add("[^/]*");
            }
        }
        return parts.stream().collect(Collectors.joining());
    }

    private static String literal(char c) {
        return "\\^$.|?+()[]{}*".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c);
    }
}
