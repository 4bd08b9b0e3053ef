package dev.connections.worker.source.pgwire;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.SourceLimitException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the frames of PostgreSQL's protocol ahead of a driver, which makes room for as many bytes as a length promises
 * and keeps notices and rows until an answer ends. Source: PostgreSQL's documentation, "Message Formats".
 */
public class WireAnswers extends AnswerCheck {
    /** The code of the request for TLS, which the server answers with one byte that is no message. */
    static final int SSL_REQUEST = 80_877_103;

    /** The types of what a server sends to a client that copies nothing. */
    private static final String TYPES = "RKvSZTDCENAIns123tV";
    /** No server sends as much in one message; four letters of a text read as a length are more. */
    private static final int LONGEST_POSSIBLE = 1 << 29;
    /** Of a request for a login. */
    private static final int MOST_LOGIN_BYTES = 1 << 16;
    /** Of a message that is no row; the longest that servers send are errors and lists of columns. */
    private static final int MOST_BYTES = 1 << 20;
    /** Of one answer; the driver keeps something for each. A crawl fetches 5,000 rows at a time, lists are longer. */
    private static final int MOST_MESSAGES = 200_000;
    /** Of what a server sends unasked in a session; the driver keeps it all. */
    private static final int MOST_UNASKED = 2_000;

    private static final int HEADER = 5;
    private static final int REQUEST = 8;

    private final ByteBuffer request = ByteBuffer.allocate(REQUEST);
    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    /** The number of a row's columns, and the lengths before its values. */
    private final ByteBuffer number = ByteBuffer.allocate(4);

    private State state = State.BEGINNING;
    private ByteBuffer login = ByteBuffer.allocate(0);
    private final MessageBody body = new MessageBody();
    private boolean walked;
    private final ByteArrayOutputStream parameter = new ByteArrayOutputStream();
    private boolean isParameter;
    /** Bytes that the message still has. */
    private int left;
    /** Columns that the row still has. */
    private int columns;
    /** Bytes that the value still has. */
    private int value;

    private int messages;
    private int unasked;

    private enum State {
        /** Nothing has come yet. */
        BEGINNING,
        HEADER,
        BODY,
        /** The body of a request for a login. */
        LOGIN,
        COLUMN_COUNT,
        LENGTH,
        VALUE,
        /** TLS, whose inside has a check of its own. */
        ENCRYPTED
    }

    /** Checks what one connection brings. */
    public WireAnswers(SourceLimits limits) {
        super(limits);
    }

    @Override
    protected final void lookAtRequest(byte[] bytes, int from, int to) {
        request.put(bytes, from, Math.min(to - from, request.remaining()));
    }

    @Override
    protected final void beginAnswer() {
        messages = 0;
    }

    @Override
    protected final void look(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to && state != State.ENCRYPTED) {
            at = switch (state) {
                case BEGINNING -> begin(bytes, at);
                case HEADER -> header(bytes, at, to);
                case BODY -> pass(bytes, at, to);
                case LOGIN -> login(bytes, at, to);
                case COLUMN_COUNT -> columnCount(bytes, at, to);
                case LENGTH -> length(bytes, at, to);
                case VALUE -> value(at, to);
                case ENCRYPTED -> to;
            };
        }
    }

    /** After a request for TLS comes one byte: S for TLS, N for going on without, or E, which begins an error. */
    private int begin(byte[] bytes, int at) {
        state = State.HEADER;
        boolean forTls = !request.hasRemaining() && request.getInt(0) == REQUEST && request.getInt(4) == SSL_REQUEST;
        if (forTls && bytes[at] == 'S') {
            state = State.ENCRYPTED;
        }
        return forTls && bytes[at] != 'E' ? at + 1 : at;
    }

    private int header(byte[] bytes, int from, int to) throws IOException {
        int at = fill(header, bytes, from, to);
        if (header.hasRemaining()) {
            return at;
        }
        byte type = header.get(0);
        int length = header.getInt(1) - 4;
        header.clear();
        checkMessage(type, length);
        left = length;
        walked = body.begins(type, length);
        parameter.reset();
        isParameter = type == 'S';
        state = switch (type) {
            case 'D' -> State.COLUMN_COUNT;
            case 'R' -> State.LOGIN;
            default -> left == 0 ? State.HEADER : State.BODY;
        };
        if (type == 'R') {
            login = ByteBuffer.allocate(left);
        }
        return at;
    }

    /** A driver answers as soon as it has read what it looks at, so each part is checked when it comes. */
    private int login(byte[] bytes, int from, int to) throws IOException {
        int at = fill(login, bytes, from, to);
        if (login.position() >= 4) {
            ByteBuffer soFar = login.duplicate().flip();
            checkLogin(soFar.getInt(), soFar.slice(), login.capacity() - 4);
        }
        if (!login.hasRemaining()) {
            state = State.HEADER;
        }
        return at;
    }

    /**
     * Looks at what the server asks for to let a client in, before the driver answers it; several times, where it comes in
     * parts.
     *
     * @param method its number
     * @param rest what has come of that which belongs to it
     * @param length how many bytes that will have
     * @throws IOException where that cannot be an answer of a server
     * @throws dev.connections.worker.execution.RunFailedException where it is a login that a worker does not do
     */
    protected void checkLogin(int method, ByteBuffer rest, int length) throws IOException {
        switch (method) {
            // Done, a password in clear text, and the beginning of GSSAPI and SSPI.
            case 0, 3, 7, 9 -> requireLength(length, 0);
            // The salt of MD5.
            case 5 -> requireLength(length, 4);
            case 10 -> checkMechanisms(rest, length);
            default -> {}
        }
    }

    /** Fails where what belongs to a login is longer or shorter than a driver reads. */
    protected static void requireLength(int length, int expected) throws IOException {
        if (length != expected) {
            throw new ProtocolException("a request for a login of an odd length");
        }
    }

    /** Texts up to an empty one. */
    private static void checkMechanisms(ByteBuffer rest, int length) throws IOException {
        boolean textBegins = true;
        while (rest.hasRemaining()) {
            boolean isEnd = rest.get() == 0;
            if (isEnd && textBegins) {
                requireLength(length, rest.position());
            } else if (rest.position() == length) {
                throw new ProtocolException("mechanisms without an end");
            }
            textBegins = isEnd;
        }
    }

    /**
     * Looks at a setting of the session that the server reports.
     *
     * @throws IOException where the session is then none that this can check
     */
    protected void checkParameter(String name, String value) throws IOException {}

    private void checkMessage(byte type, int length) throws IOException {
        if (length < 0 || length > LONGEST_POSSIBLE || TYPES.indexOf(type) < 0) {
            throw new ProtocolException("no message of PostgreSQL");
        }
        if (type == 'R' && (length < 4 || length > MOST_LOGIN_BYTES)) {
            throw new ProtocolException("a request for a login of an odd length");
        }
        messages++;
        if (type == 'D') {
            if (length < 2) {
                throw new ProtocolException("a row without a number of columns");
            }
            if (length > limits().row().toBytes()) {
                throw new SourceLimitException(limits().longRow());
            }
        } else if (length > MOST_BYTES) {
            throw new SourceLimitException(limits().longRow());
        }
        if (type == 'N' || type == 'A' || type == 'S') {
            unasked++;
        }
        if (messages > MOST_MESSAGES || unasked > MOST_UNASKED) {
            throw new SourceLimitException(limits().longAnswer());
        }
    }

    private int pass(byte[] bytes, int at, int to) throws IOException {
        int end = at + Math.min(left, to - at);
        for (int i = at; walked && i < end; i++) {
            body.next(bytes[i]);
        }
        if (isParameter) {
            parameter.write(bytes, at, end - at);
        }
        left -= end - at;
        if (left == 0) {
            state = State.HEADER;
            if (isParameter) {
                String[] texts = parameter.toString(StandardCharsets.UTF_8).split("\0", -1);
                checkParameter(texts[0], texts[1]);
            }
        }
        return end;
    }

    private int columnCount(byte[] bytes, int from, int to) throws IOException {
        number.limit(2);
        int at = fill(number, bytes, from, to);
        if (!number.hasRemaining()) {
            columns = Short.toUnsignedInt(number.getShort(0));
            number.clear();
            left -= 2;
            nextColumn();
        }
        return at;
    }

    private int length(byte[] bytes, int from, int to) throws IOException {
        int at = fill(number, bytes, from, to);
        if (!number.hasRemaining()) {
            // A null has the length -1.
            value = Math.max(number.getInt(0), 0);
            if (number.getInt(0) < -1) {
                throw new ProtocolException("a value of a negative length");
            }
            number.clear();
            left -= 4;
            columns--;
            if (value > left) {
                throw new ProtocolException("a value that is longer than its row");
            }
            state = State.VALUE;
            if (value == 0) {
                nextColumn();
            }
        }
        return at;
    }

    private int value(int at, int to) throws IOException {
        int passed = Math.min(value, to - at);
        value -= passed;
        left -= passed;
        if (value == 0) {
            nextColumn();
        }
        return at + passed;
    }

    private void nextColumn() throws IOException {
        if (columns == 0 ? left != 0 : left < 4) {
            throw new ProtocolException("a row whose length is not that of its columns");
        }
        state = columns == 0 ? State.HEADER : State.LENGTH;
    }

    /** Copies what the buffer lacks, and answers where the next byte is. */
    private static int fill(ByteBuffer buffer, byte[] bytes, int from, int to) {
        int count = Math.min(buffer.remaining(), to - from);
        buffer.put(bytes, from, count);
        return from + count;
    }
}
