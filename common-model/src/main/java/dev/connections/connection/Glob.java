package dev.connections.connection;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One glob over the names of a path. All possible matches are followed simultaneously, so matching takes at most the
 * pattern's length times the path's length. A '/' in a name does not end a level.
 */
final class Glob {
    private static final int END_OF_LEVEL = -1;
    private static final int WITHIN_LEVEL = -2;
    private static final int ACROSS_LEVELS = -3;
    /** Any number of whole levels: either none, which skips to the second token after this, or the next token. */
    private static final int WHOLE_LEVELS = -4;

    private static final int INSIDE_LEVELS = -5;

    private final int[] tokens;
    private final Part part;

    /** How much of a path must match. */
    enum Part {
        /** The whole path. */
        WHOLE,
        /** The path, or one above it. */
        TOP,
        /** The path, or one that may exist below it. */
        WAY
    }

    Glob(String pattern, Part part) {
        this.tokens = tokens(pattern, part);
        this.part = part;
    }

    private static int[] tokens(String pattern, Part part) {
        List<Integer> tokens = new ArrayList<>();
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
        return tokens.stream().mapToInt(Integer::intValue).toArray();
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

    boolean matches(List<String> path) {
        // A state is the next token to match.
        BitSet states = new BitSet(tokens.length + 1);
        enter(states, 0);
        for (int level = 0; level < path.size(); level++) {
            if (level > 0) {
                if (part == Part.TOP && states.get(tokens.length)) {
                    return true;
                }
                states = after(END_OF_LEVEL, states);
            }
            String name = path.get(level);
            for (int i = 0; i < name.length() && !states.isEmpty(); i++) {
                states = after(name.charAt(i), states);
            }
        }
        return states.get(tokens.length) || (part == Part.WAY && states.stream().anyMatch(this::endsLevel));
    }

    private boolean endsLevel(int state) {
        return state < tokens.length && tokens[state] == END_OF_LEVEL;
    }

    private BitSet after(int read, BitSet states) {
        BitSet next = new BitSet(tokens.length + 1);
        for (int state = states.nextSetBit(0);
                state >= 0 && state < tokens.length;
                state = states.nextSetBit(state + 1)) {
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
            if (state == tokens.length) {
                return;
            }
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
