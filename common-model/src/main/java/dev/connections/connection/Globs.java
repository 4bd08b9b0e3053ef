package dev.connections.connection;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several globs over the names of a path, of which any may match. A '/' in a name does not end a level.
 *
 * <p>All possible matches of all globs are followed at the same time, and each set of them that was met is kept with
 * what follows it. So after the first paths a step is a look-up, however many globs there are. What is kept is bounded;
 * without it a path takes at most the globs' length times its own. Thread-safe.
 */
final class Globs {
    private static final int END_OF_LEVEL = -1;
    private static final int WITHIN_LEVEL = -2;
    private static final int ACROSS_LEVELS = -3;
    /** Any number of whole levels: either none, which skips to the second token after this, or the next token. */
    private static final int WHOLE_LEVELS = -4;

    private static final int INSIDE_LEVELS = -5;
    private static final int END_OF_GLOB = -6;

    private static final int KEPT_BYTES = 4 << 20;
    private static final int FEWEST_STEPS = 16;
    private static final int STEP_BYTES = 150;

    private final int[] tokens;
    private final Part part;
    private final int mostSteps;
    private final BitSet first = new BitSet();
    private Map<BitSet, Followed> met = new HashMap<>();
    private int steps;

    /** How much of a path must match. */
    enum Part {
        /** The whole path. */
        WHOLE,
        /** The path, or one above it. */
        TOP,
        /** The path, or one that may exist below it. */
        WAY
    }

    /** A set of states: each is the next token to match of a possible match. */
    private static final class Followed {
        private final BitSet states;
        private final boolean matches;
        private final boolean endsLevel;
        private final Map<Integer, Followed> next = new HashMap<>();

        Followed(BitSet states, int[] tokens) {
            this.states = states;
            this.matches = states.stream().anyMatch(state -> tokens[state] == END_OF_GLOB);
            this.endsLevel = states.stream().anyMatch(state -> tokens[state] == END_OF_LEVEL);
        }
    }

    Globs(List<String> patterns, Part part) {
        this.part = part;
        List<Integer> all = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        for (String pattern : patterns) {
            starts.add(all.size());
            addTokens(all, pattern, part);
            all.add(END_OF_GLOB);
        }
        this.tokens = all.stream().mapToInt(Integer::intValue).toArray();
        this.mostSteps = Math.max(FEWEST_STEPS, KEPT_BYTES / (STEP_BYTES + tokens.length / Byte.SIZE));
        starts.forEach(start -> enter(first, start));
    }

    private static void addTokens(List<Integer> tokens, String pattern, Part part) {
        String[] levels = pattern.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean last = i == levels.length - 1;
            if (part == Part.WAY && levels[i].contains("**")) {
                tokens.add(ACROSS_LEVELS);
                break;
            }
            if (levels[i].equals("**") && !last) {
                tokens.add(WHOLE_LEVELS);
                tokens.add(INSIDE_LEVELS);
                continue;
            }
            addLevel(tokens, levels[i]);
            if (!last) {
                tokens.add(END_OF_LEVEL);
            }
        }
    }

    private static void addLevel(List<Integer> tokens, String level) {
        for (int i = 0; i < level.length(); i++) {
            if (level.charAt(i) != '*') {
                tokens.add((int) level.charAt(i));
                continue;
            }
            int first = i;
            while (level.startsWith("*", i + 1)) {
                i++;
            }
            tokens.add(i == first ? WITHIN_LEVEL : ACROSS_LEVELS);
        }
    }

    /** Whether one of them matches. */
    synchronized boolean match(List<String> path) {
        Followed followed = followed(first);
        for (int level = 0; level < path.size(); level++) {
            if (level > 0) {
                if (part == Part.TOP && followed.matches) {
                    return true;
                }
                followed = after(followed, END_OF_LEVEL);
            }
            String name = path.get(level);
            for (int i = 0; i < name.length() && !followed.states.isEmpty(); i++) {
                followed = after(followed, name.charAt(i));
            }
        }
        return followed.matches || (part == Part.WAY && followed.endsLevel);
    }

    private Followed after(Followed followed, int read) {
        @Nullable Followed known = followed.next.get(read);
        if (known != null) {
            return known;
        }
        if (steps == mostSteps) {
            // Those who still hold one of the old sets go on from it.
            met = new HashMap<>();
            steps = 0;
        }
        steps++;
        Followed next = followed(statesAfter(read, followed.states));
        followed.next.put(read, next);
        return next;
    }

    private Followed followed(BitSet states) {
        return met.computeIfAbsent(states, all -> new Followed(all, tokens));
    }

    private BitSet statesAfter(int read, BitSet states) {
        BitSet next = new BitSet(tokens.length);
        for (int state = states.nextSetBit(0); state >= 0; state = states.nextSetBit(state + 1)) {
            int token = tokens[state];
            if (token == read || (token == INSIDE_LEVELS && read == END_OF_LEVEL)) {
                enter(next, state + 1);
            }
            if (token == ACROSS_LEVELS || (token == WITHIN_LEVEL && read != END_OF_LEVEL) || token == INSIDE_LEVELS) {
                enter(next, state);
            }
        }
        return next;
    }

    /** Enters a state and all states that are reachable from it without input. */
    private void enter(BitSet states, int from) {
        int state = from;
        while (!states.get(state)) {
            states.set(state);
            switch (tokens[state]) {
                case WITHIN_LEVEL, ACROSS_LEVELS -> state++;
                case WHOLE_LEVELS -> {
                    states.set(state + 1);
                    state += 2;
                }
                default -> {
                    return;
                }
            }
        }
    }
}
