package dev.connections.worker.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream whose bytes are checked before they are handed on. */
final class CheckedInput extends FilterInputStream {
    private final AnswerCheck check;

    CheckedInput(InputStream in, AnswerCheck check) {
        super(in);
        this.check = check;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        int read = super.read(bytes, from, count);
        if (read > 0) {
            check.read(bytes, from, read);
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        // What is skipped is checked too.
        int read = read(new byte[(int) Math.min(count, 8_192)]);
        return Math.max(read, 0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
