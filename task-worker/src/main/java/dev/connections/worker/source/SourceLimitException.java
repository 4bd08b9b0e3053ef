package dev.connections.worker.source;

import java.io.IOException;

/** A source sends more than a worker takes; the message is in words of this service. */
public final class SourceLimitException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Takes the words that name the limit. */
    public SourceLimitException(String words) {
        super(words);
    }
}
