package dev.connections.worker.source.http;

/** What a source has answered. */
public final class HttpAnswer {
    private final int status;
    private final long retryAfterSeconds;
    private final byte[] body;

    HttpAnswer(int status, long retryAfterSeconds, byte[] body) {
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
        this.body = body;
    }

    /** Such as 200. */
    public int status() {
        return status;
    }

    /** The body as it came, no longer than the limits of sources allow; not a copy. */
    public byte[] body() {
        return body;
    }

    /** How long the source asks to be left alone; 0 where it does not. */
    long retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** Whether the source, or what stands before it, is too busy to answer now. */
    boolean isBusy() {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }
}
