package dev.connections.worker.source;

import dev.connections.worker.execution.Execution;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statements that grant what a validation misses, for people to paste: each on a line of its own below a message. */
public final class Grants {
    private static final int MOST = 20;

    private final Execution execution;
    private final List<String> statements = new ArrayList<>();
    private long more;

    public Grants(Execution execution) {
        this.execution = execution;
    }

    /**
     * Adds a statement. One that cannot be shown as it is, since a name in it has a line break or is a secret, would grant
     * something else: it is only counted.
     *
     * @param statement without the semicolon; its names are quoted
     */
    public void add(String statement) {
        String whole = statement + ";";
        if (statements.size() < MOST && RemoteText.shown(whole, execution).equals(whole)) {
            statements.add(whole);
        } else {
            more++;
        }
    }

    /** The first of them. */
    public Optional<String> first() {
        return statements.stream().findFirst();
    }

    /**
     * The message, and below it the statements where there are some.
     *
     * @param what they are for, which ends the message
     */
    public String below(String message, String what) {
        if (statements.isEmpty()) {
            return message;
        }
        String rest = more == 0 ? "" : "\n-- and " + more + " more like these";
        return message + "; " + what + ":\n" + String.join("\n", statements) + rest;
    }
}
