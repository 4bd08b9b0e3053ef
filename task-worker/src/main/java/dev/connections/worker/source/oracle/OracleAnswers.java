package dev.connections.worker.source.oracle;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import java.io.IOException;

/**
 * Counts what a server sends, and recognizes a port that wants TLS from one who comes without it: the driver would wait for
 * the rest of a packet as long as the alert's first two bytes say.
 */
final class OracleAnswers extends AnswerCheck {
    /** The first bytes of a record that carries an alert: its type, and the major version of each TLS. */
    private static final byte[] ALERT = {21, 3};

    private final TlsMode mode;
    private int seen;
    private boolean isAlert = true;

    OracleAnswers(SourceLimits limits, TlsMode mode) {
        super(limits);
        this.mode = mode;
    }

    @Override
    protected void look(byte[] bytes, int from, int to) throws IOException {
        for (int at = from; at < to && seen < ALERT.length; at++) {
            isAlert &= bytes[at] == ALERT[seen];
            seen++;
        }
        if (isAlert && seen == ALERT.length && !mode.isCertain()) {
            throw new IOException("a TLS alert", new RunFailedException(wantsTls(), null));
        }
    }

    /** For now something else than the source may answer. */
    private static TaskError wantsTls() {
        return new TaskError(
                ErrorCode.TLS_FAILED,
                "the port answers in TLS, and the connection's TLS mode goes without; set it to VERIFY_FULL, VERIFY_CA or"
                        + " REQUIRE, or use the port without TLS (1521 where nobody has changed it)",
                true);
    }
}
