package dev.connections.worker.source;

import dev.connections.worker.execution.SourceLimits;
import java.io.IOException;

/**
 * Counts what a source sends on one connection before its driver sees it: a driver makes room for what a length promises,
 * and keeps what it is sent until the answer ends. A technology whose driver does more of that looks at the bytes too.
 */
public class AnswerCheck {
    private final SourceLimits limits;
    private long session;
    private long answer;
    /** Set by the thread that writes, which need not be the one that reads. */
    private volatile boolean asked;

    /** Counts from the connection's first byte on. */
    public AnswerCheck(SourceLimits limits) {
        this.limits = limits;
    }

    /** Takes note of a request: what comes from now on answers it. */
    final void ask(byte[] bytes, int from, int count) {
        asked = true;
        lookAtRequest(bytes, from, from + count);
    }

    /** Takes note of bytes that were read and that nobody has looked at. */
    final void read(byte[] bytes, int from, int count) throws IOException {
        if (asked) {
            asked = false;
            answer = 0;
            beginAnswer();
        }
        answer += count;
        session += count;
        if (answer > mostOfAnswer()) {
            throw new SourceLimitException(longAnswer());
        }
        if (session > limits.session().toBytes()) {
            throw new SourceLimitException(limits.longSession());
        }
        look(bytes, from, from + count);
    }

    /** The limits that the connection is held to. */
    protected final SourceLimits limits() {
        return limits;
    }

    /** How many bytes may come between two requests: what a driver keeps until it is asked for more. */
    protected long mostOfAnswer() {
        return limits.answer().toBytes();
    }

    /** The words for an answer that is longer. */
    protected String longAnswer() {
        return limits.longAnswer();
    }

    /** A request was sent since the last bytes came. */
    protected void beginAnswer() {}

    /** Looks at what is about to be sent, which says how the answer begins. */
    protected void lookAtRequest(byte[] bytes, int from, int to) {}

    /**
     * Looks at the next bytes of the connection.
     *
     * @throws SourceLimitException where they promise more than a limit
     * @throws IOException where they cannot be of the technology's protocol
     */
    protected void look(byte[] bytes, int from, int to) throws IOException {}
}
