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
    protected void checkLogin(int method, ByteBuffer rest, int length) throws IOException {
        switch (method) {
            case OK -> requireLength(length, 0);
            case MD5 -> requireLength(length, 4);
            case DIGEST -> checkDigest(rest, length);
            case CLEAR_PASSWORD -> {
                if (!mode.isVerified()) {
                    throw refused(RedshiftFailures.CLEAR_PASSWORD);
                }
                requireLength(length, 0);
            }
            default -> throw refused(RedshiftFailures.LOGIN_UNKNOWN);
        }
    }

    /** The number of the algorithm, of which there is one, and two texts with their lengths, which end the message. */
    private static void checkDigest(ByteBuffer rest, int length) throws IOException {
        if (rest.remaining() >= 4 && rest.getInt(0) != 0) {
            throw new ProtocolException("a digest that there is not");
        }
        int next = endOfText(rest, 4, length);
        int end = next < 0 ? -1 : endOfText(rest, next, length);
        if (length < 4 || (end >= 0 && end != length)) {
            throw new ProtocolException("a request for a digest of an odd length");
        }
    }

    /** Where a text ends whose length is at a position; -1 where that has not come yet. */
    private static int endOfText(ByteBuffer rest, int at, int length) throws IOException {
        if (at + 4 > length) {
            throw new ProtocolException("a request for a digest that ends too soon");
        }
        if (rest.remaining() < at + 4) {
            return -1;
        }
        int text = rest.getInt(at);
        if (text < 0 || text > Math.min(length - at - 4, LONGEST_SALT)) {
            throw new ProtocolException("a text that is longer than its message");
        }
        return at + 4 + text;
    }

    /** The driver believes whatever version it is told, and reads messages of later ones in another way. */
    @Override
    protected void checkParameter(String name, String value) throws IOException {
        if (name.equals("server_protocol_version") && !value.equals(RedshiftLogin.PROTOCOL_VERSION)) {
            throw new ProtocolException("a version of the protocol that was not asked for");
        }
    }

    private static RunFailedException refused(String message) {
        return new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, message, null);
    }
}
