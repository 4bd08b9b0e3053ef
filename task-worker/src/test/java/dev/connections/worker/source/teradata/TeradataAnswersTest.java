package dev.connections.worker.source.teradata;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.source.SourceLimitException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes come in parts of any length. */
class TeradataAnswersTest {
    private static final byte[] UPGRADE =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 52, 100_000})
    void messagesWithoutTlsAreFollowed(int part) throws IOException {
        byte[] sent = joined(message(3, 0, 0), message(3, 0, 70_000), message(3, 0, 5), promise(3));
        byte[] sane = joined(message(3, 0, 0), message(3, 0, 70_000), message(3, 0, 5));
        assertThatCode(() -> look(TlsMode.DISABLE, sane, part)).doesNotThrowAnyException();
        assertThatThrownBy(() -> look(TlsMode.DISABLE, sent, part)).isInstanceOf(SourceLimitException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 52, 100_000})
    void messagesInFramesAreFollowed(int part) throws IOException {
        byte[] sane = joined(
                UPGRADE,
                new byte[] {(byte) 0x82, 57},
                message(3, 0, 5),
                new byte[] {(byte) 0x82, 126, 1, 0},
                message(3, 0, 204),
                new byte[] {(byte) 0x82, 127, 0, 0, 0, 0, 0, 1, 17, (byte) 164},
                message(3, 0, 70_000));
        byte[] sent = joined(sane, new byte[] {(byte) 0x82, 57}, promise(3));
        assertThatCode(() -> look(TlsMode.VERIFY_FULL, sane, part)).doesNotThrowAnyException();
        assertThatThrownBy(() -> look(TlsMode.VERIFY_FULL, sent, part)).isInstanceOf(SourceLimitException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void whatIsNoMessageIsNoLimit(int part) {
        assertThatThrownBy(() -> look(TlsMode.PREFER, promise('<'), part)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> look(TlsMode.REQUIRE, new byte[20_000], part)).isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void recordsOfTlsAreCountedOnly(int part) {
        byte[] record = new byte[1_000];
        record[0] = 22;
        assertThatCode(() -> look(TlsMode.REQUIRE, record, part)).doesNotThrowAnyException();
    }

    private static void look(TlsMode mode, byte[] sent, int part) throws IOException {
        TeradataAnswers answers = new TeradataAnswers(Limits.DEFAULT, mode);
        for (int at = 0; at < sent.length; at += part) {
            answers.look(sent, at, Math.min(sent.length, at + part));
        }
    }

    /** The header of a message of two gigabytes. */
    private static byte[] promise(int version) {
        byte[] header = message(version, 0, 0);
        header[3] = 0x7f;
        return header;
    }

    private static byte[] message(int version, int kind, int length) {
        byte[] message = new byte[52 + length];
        message[0] = (byte) version;
        message[2] = (byte) kind;
        message[4] = (byte) (length >> 16);
        message[8] = (byte) (length >> 8);
        message[9] = (byte) length;
        return message;
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }
}
