package dev.connections.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Include and exclude globs over object paths (database/schema/table). {@code *} stays within a level, {@code **}
 * crosses levels.
 *
 * <p>A path is covered if an include pattern matches it and no exclude pattern matches it or a path above it. The same
 * rules exist as regular expressions for PostgreSQL, over the names joined by {@link #joined}; a stop cancels such a
 * statement. In Java a regular expression could not be canceled, so {@link Globs} matches in bounded time.
 */
public final class PathPatterns {
    private static final String NOTHING = "(?!)";

    /** Most names contain no '/', and are joined without inspecting each one. */
    private static final String JOINED = """
            case when strpos(array_to_string(:path, ''), '/') = 0 then array_to_string(:path, '/')
                 else (select string_agg(translate(name, '/', chr(1)), '/' order by n)
                         from unnest(:path) with ordinality level (name, n)) end
            """;

    private final boolean everything;
    private final String leafRegex;
    private final String containerRegex;
    private final String excludeRegex;
    private final Globs leaf;
    private final Globs container;
    private final Globs excluded;

    public PathPatterns(List<String> include, List<String> exclude) {
        this.everything = include.contains("**") && exclude.isEmpty();
        this.leafRegex = anyOf(include.stream().map(PathPatterns::exact).toList());
        this.containerRegex = anyOf(include.stream().map(PathPatterns::prefixes).toList());
        this.excludeRegex = anyOf(exclude.stream().map(PathPatterns::below).toList());
        this.leaf = new Globs(include, Globs.Part.WHOLE);
        this.container = new Globs(include, Globs.Part.WAY);
        this.excluded = new Globs(exclude, Globs.Part.TOP);
    }

    /** Whether every path is covered, which is the default. */
    public boolean coversEverything() {
        return everything;
    }

    /** Whether the other patterns are the same ones, and so cover the same. */
    public boolean areThoseOf(PathPatterns other) {
        return leafRegex.equals(other.leafRegex) && excludeRegex.equals(other.excludeRegex);
    }

    /** Whether a table or view at the path is to be crawled. */
    public boolean covers(List<String> path) {
        return leaf.match(path) && !excluded.match(path);
    }

    /** Whether a database or schema at the path is to be crawled: it, or something below it, may be covered. */
    public boolean coversContainer(List<String> path) {
        return container.match(path) && !excluded.match(path);
    }

    /**
     * The SQL expression that the regular expressions match: the names of a path joined by '/', with another character
     * for each '/' within a name.
     *
     * @param path the SQL expression for the array of names
     */
    public static String joined(String path) {
        return JOINED.replace(":path", path);
    }

    /** Matches the joined paths of tables and views that an include pattern covers. */
    public String leafRegex() {
        return leafRegex;
    }

    /** Matches the joined paths of databases and schemas that may contain something covered. */
    public String containerRegex() {
        return containerRegex;
    }

    /** Matches the joined paths that an exclude pattern excludes, and everything below them. */
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
                // Two in a row match the same as one.
                boolean again = i > 0 && levels[i - 1].equals("**");
                regex.append(last ? ".*" : again ? "" : "(.*/)?");
            } else {
                regex.append(level(levels[i])).append(last ? "" : "/");
            }
        }
        return regex.toString();
    }

    /** 'a/b/c' becomes a(/b(/c)?)?; from a level with '**' on, everything may contain a match. */
    private static String prefixes(String glob) {
        StringBuilder regex = new StringBuilder();
        String[] levels = glob.split("/", -1);
        int level = 0;
        for (; level < levels.length && !levels[level].contains("**"); level++) {
            regex.append(level == 0 ? "" : "(/").append(level(levels[level]));
        }
        if (level < levels.length) {
            regex.append(level == 0 ? ".*" : "(/.*");
            level++;
        }
        return regex.append(")?".repeat(level - 1)).toString();
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
            } else {
                int first = i;
                while (glob.startsWith("*", i + 1)) {
                    i++;
                }
                parts.add(i == first ? "[^/]*" : ".*");
            }
        }
        return parts.stream().collect(Collectors.joining());
    }

    private static String literal(char c) {
        return "\\^$.|?+()[]{}*".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c);
    }
}
