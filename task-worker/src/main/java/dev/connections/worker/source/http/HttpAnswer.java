package dev.connections.worker.source.http;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.SourceLimitException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** What a source has answered. */
public final class HttpAnswer {
    private final int status;
    private final long retryAfterSeconds;
    private final boolean packed;
    private final byte[] body;

    /**
     * Takes what came.
     *
     * @param packed whether the body is compressed with gzip
     */
    HttpAnswer(int status, long retryAfterSeconds, boolean packed, byte[] body) {
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
        this.packed = packed;
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

    /**
     * The body, unpacked while it is read where it came packed. It fails where that becomes too long.
     *
     * @param limits of which one answer may be sixteen times as long unpacked; it is never kept whole
     */
    public InputStream content(SourceLimits limits) throws IOException {
        InputStream sent = new ByteArrayInputStream(body);
        return packed ? new Unpacked(new GZIPInputStream(sent), limits) : sent;
    }

    /** Counts what comes out. */
    private static final class Unpacked extends FilterInputStream {
        private static final int TIMES = 16;

        private final SourceLimits limits;
        private long left;

        Unpacked(InputStream in, SourceLimits limits) {
            super(in);
            this.limits = limits;
            this.left = TIMES * limits.answer().toBytes();
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int read) throws SourceLimitException {
            left -= read;
            if (left < 0) {
                throw new SourceLimitException(limits.longAnswer());
            }
        }
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
