package dev.connections.worker.source.redshift;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.pgwire.WireAnswers;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Lets through only the logins that a worker does. The driver does whatever a server asks for: it sends the password in
 * clear text, looks for tickets of the worker's own, and makes room for as long a salt as it is promised.
 */
final class RedshiftAnswers extends WireAnswers {
    /** A login is done. */
    private static final int OK = 0;

    private static final int CLEAR_PASSWORD = 3;
    private static final int MD5 = 5;
    /** SHA-256 over a salt and numbers of both sides, which only Redshift has. */
    private static final int DIGEST = 13;

    /** In bytes: of the salt and of the server's number; Redshift's have a few dozen. */
    private static final int LONGEST_SALT = 1_024;

    private final TlsMode mode;

    RedshiftAnswers(SourceLimits limits, TlsMode mode) {
        super(limits);
        this.mode = mode;
    }

    @Override
    protected void checkLogin(ByteBuffer request) throws IOException {
        switch (request.getInt()) {
            case OK, MD5 -> {}
            case DIGEST -> checkDigest(request);
            case CLEAR_PASSWORD -> {
                if (!mode.isVerified()) {
                    throw refused(RedshiftFailures.CLEAR_PASSWORD);
                }
            }
            default -> throw refused(RedshiftFailures.LOGIN_UNKNOWN);
        }
    }

    /** The number of the algorithm, of which there is one, and two texts with their lengths. */
    private static void checkDigest(ByteBuffer request) throws IOException {
        if (request.remaining() < 4 || request.getInt() != 0 || !skipsText(request) || !skipsText(request)) {
            throw new ProtocolException("no request for a digest");
        }
    }

    private static boolean skipsText(ByteBuffer request) {
        if (request.remaining() < 4) {
            return false;
        }
        int length = request.getInt();
        if (length < 0 || length > Math.min(request.remaining(), LONGEST_SALT)) {
            return false;
        }
        request.position(request.position() + length);
        return true;
    }

    private static RunFailedException refused(String message) {
        return new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, message, null);
    }
}
