package dev.connections.worker.source;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that lets the check know when something is asked of the source. */
final class CheckedOutput extends FilterOutputStream {
    private final AnswerCheck check;

    CheckedOutput(OutputStream out, AnswerCheck check) {
        super(out);
        this.check = check;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        check.ask(bytes, from, count);
        out.write(bytes, from, count);
    }
}
