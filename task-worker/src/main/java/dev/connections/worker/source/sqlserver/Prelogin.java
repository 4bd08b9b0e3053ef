package dev.connections.worker.source.sqlserver;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a server answers before a login. Source: Microsoft's MS-TDS, "PRELOGIN". */
final class Prelogin {
    private static final int OPTION_VERSION = 0;
    private static final int OPTION_ENCRYPTION = 1;
    private static final int END = 0xFF;
    /** A token, an offset and a length. */
    private static final int OPTION = 1 + 2 + 2;

    private static final int VERSION_LENGTH = 6;
    /** In bytes; the driver takes no longer answer either. */
    private static final int LONGEST = 4_096;

    /** TLS from here on. */
    private static final int ON = 1;
    /** No TLS. */
    private static final int NOT_SUPPORTED = 2;
    /** TLS, which the server requires. */
    private static final int REQUIRED = 3;

    /** Of the server. */
    private final byte[] version;

    private final int encryption;

    private Prelogin(byte[] version, int encryption) {
        this.version = version;
        this.encryption = encryption;
    }

    /** Asks for TLS from here on, and reads the answer. */
    static Prelogin ask(Socket socket) throws IOException {
        socket.getOutputStream().write(message(TdsPacket.PRELOGIN, new Prelogin(new byte[VERSION_LENGTH], ON)));
        InputStream in = socket.getInputStream();
        TdsPacket packet = TdsPacket.read(in);
        if (packet.type() != TdsPacket.ANSWER || packet.length() > LONGEST) {
            throw new ProtocolException("no answer to a prelogin");
        }
        return read(TdsPacket.exactly(in, packet.left()));
    }

    boolean encrypts() {
        return encryption == ON || encryption == REQUIRED;
    }

    /** The same answer without TLS, as the driver takes it. */
    byte[] withoutTls() {
        return message(TdsPacket.ANSWER, new Prelogin(version, NOT_SUPPORTED));
    }

    private static byte[] message(int type, Prelogin prelogin) {
        int data = 2 * OPTION + 1;
        byte[] content = ByteBuffer.allocate(data + VERSION_LENGTH + 1)
                .put((byte) OPTION_VERSION)
                .putShort((short) data)
                .putShort((short) VERSION_LENGTH)
                .put((byte) OPTION_ENCRYPTION)
                .putShort((short) (data + VERSION_LENGTH))
                .putShort((short) 1)
                .put((byte) END)
                .put(prelogin.version)
                .put((byte) prelogin.encryption)
                .array();
        return TdsPacket.message(type, content, 0, content.length);
    }

    private static Prelogin read(byte[] content) {
        ByteBuffer answer = ByteBuffer.wrap(content);
        byte[] version = {};
        int encryption = -1;
        while (answer.hasRemaining()) {
            int token = Byte.toUnsignedInt(answer.get());
            if (token == END && version.length > 0 && encryption >= 0) {
                return new Prelogin(version, encryption);
            }
            if (answer.remaining() < OPTION - 1) {
                break;
            }
            int offset = Short.toUnsignedInt(answer.getShort());
            int length = Short.toUnsignedInt(answer.getShort());
            if (offset + length > content.length) {
                break;
            }
            if (token == OPTION_VERSION && length == VERSION_LENGTH) {
                version = Arrays.copyOfRange(content, offset, offset + length);
            } else if (token == OPTION_ENCRYPTION && length == 1) {
                encryption = Byte.toUnsignedInt(content[offset]);
            }
        }
        throw new RunFailedException(
                new TaskError(ErrorCode.REMOTE_ERROR, SqlServerFailures.NOT_SQL_SERVER, true), null);
    }
}
