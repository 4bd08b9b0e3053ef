package dev.connections.worker.source.sqlserver;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.SourceLimitException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the tokens of one answer ahead of the driver: of the many that there are only those which an answer to a crawl has,
 * and rows of only those types that its statements ask for. So nothing makes the driver allocate more than a row may have.
 * Source: Microsoft's MS-TDS, "Token Data Stream Definition".
 */
final class TdsTokens {
    private static final int COLUMNS = 0x81;
    private static final int ROW = 0xD1;
    private static final int ROW_WITH_NULLS = 0xD2;
    private static final int DONE = 0xFD;
    private static final int DONE_IN_PROCEDURE = 0xFF;
    private static final int FEATURES = 0xAE;
    private static final int CHANGE = 0xE3;
    private static final int ERROR = 0xAA;
    private static final int NOTICE = 0xAB;
    private static final int ACCEPTED_LOGIN = 0xAD;

    /** A length, a number, a state, a severity, and the length of the text. */
    private static final int MESSAGE_HEAD = 2 + 4 + 1 + 1 + 2;
    /** A length, an interface and the version of the protocol. */
    private static final int ACCEPTED_LOGIN_HEAD = 2 + 1 + 4;
    /** The number of a line, or the version of the server. */
    private static final int TAIL = 4;
    /** Of errors and notices in one answer: the driver keeps each with a stack trace, however short it is. */
    private static final int MOST_MESSAGES = 1_000;

    /** A status, a command and a number of rows. */
    private static final int DONE_LENGTH = 2 + 2 + 8;

    /** In a change of the session: the length of packets, and the server that stands in for this one. */
    private static final int CHANGE_PACKET = 4;

    private static final int CHANGE_MIRROR = 13;
    /** One that the driver passes over. */
    private static final byte CHANGE_NOTHING = 15;
    /** The server that the login goes on to; the next one names a database too. */
    private static final int CHANGE_ROUTE = 20;

    private static final int NO_COLUMNS = 0xFFFF;
    /** No statement of a crawl has as many. */
    private static final int MOST_COLUMNS = 64;
    /** Of what the server says of one feature. */
    private static final int LONGEST_FEATURE = 1_024;
    /** Sessions that outlive their connection, and logins that nobody asked for. */
    private static final String REFUSED_FEATURES = "\1\2";
    /** Encrypted columns: the driver always asks for them, and from then on each description begins with their keys. */
    private static final int FEATURE_KEYS = 4;

    private static final int NEWEST_KEYS = 3;
    /** In the flags of a column, which then is described in another way. */
    private static final int ENCRYPTED = 0x0800;

    private final SourceLimits limits;
    private final boolean ofLogin;
    private final boolean describesKeys;
    /** Whether the server has accepted {@link #FEATURE_KEYS} in this answer. */
    private boolean acceptsKeys;
    /** Whether this answer sends the login on. */
    private boolean routes;

    private int messages;

    private final TdsRow row;
    private final ByteBuffer part = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    private int need;
    private Step step;
    private long skip;
    /** Bytes that are no rows, of which the driver keeps some. */
    private long others;

    private boolean inRow;
    private byte[] current = {};
    private int next;

    /** Takes the bytes that were needed. */
    interface Step {
        void take(ByteBuffer bytes) throws IOException;
    }

    /** Reads what comes before any request with tokens in its answer. */
    TdsTokens(SourceLimits limits) {
        this(limits, false, false);
    }

    private TdsTokens(SourceLimits limits, boolean ofLogin, boolean describesKeys) {
        this.limits = limits;
        this.ofLogin = ofLogin;
        this.describesKeys = describesKeys;
        this.row = new TdsRow(limits);
        this.need = 1;
        this.step = this::token;
    }

    /** Reads the answer to the next request of the session. */
    TdsTokens next(boolean toLogin) {
        return new TdsTokens(limits, toLogin, describesKeys || acceptsKeys);
    }

    /** Looks at the next bytes of the answer. */
    void look(byte[] bytes, int from, int to) throws IOException {
        current = bytes;
        next = from;
        while (next < to) {
            int count = (int) Math.min(skip > 0 ? skip : need - part.position(), to - next);
            if (skip == 0) {
                part.put(bytes, next, count);
            }
            next += count;
            count(count);
            if (skip > 0) {
                skip -= count;
            } else if (part.position() == need) {
                part.flip();
                step.take(part);
                part.clear();
            }
        }
    }

    private void count(int bytes) throws IOException {
        if (inRow) {
            row.count(bytes);
        } else {
            others += bytes;
            if (others > limits.answer().toBytes()) {
                throw new SourceLimitException(limits.longAnswer());
            }
        }
    }

    private void need(int bytes, Step then) {
        need = bytes;
        step = then;
    }

    private void skip(long bytes) {
        skip = bytes;
        needToken();
    }

    private void needToken() {
        need(1, this::token);
    }

    private void token(ByteBuffer bytes) throws IOException {
        inRow = false;
        int token = Byte.toUnsignedInt(bytes.get(0));
        switch (token) {
            case COLUMNS -> {
                require(!ofLogin);
                need(2, this::columns);
            }
            case ROW -> beginRow(new byte[0]);
            case ROW_WITH_NULLS -> {
                inRow = true;
                row.begin();
                need(Math.max(1, (row.columns() + 7) / 8), nulls -> beginRow(copy(nulls)));
            }
            case DONE, DONE + 1, DONE_IN_PROCEDURE -> skip(DONE_LENGTH);
            case CHANGE -> need(3, this::change);
            case FEATURES -> {
                require(ofLogin);
                need(1, this::feature);
            }
            case ERROR, NOTICE -> need(MESSAGE_HEAD, this::message);
            case ACCEPTED_LOGIN -> need(ACCEPTED_LOGIN_HEAD, this::acceptedLogin);
            // The status of a procedure, and an order.
            case 0x79 -> skip(Integer.BYTES);
            case 0xA9 -> need(2, length -> skip(Short.toUnsignedInt(length.getShort(0))));
            default -> throw odd();
        }
    }

    private static byte[] copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private void columns(ByteBuffer bytes) throws IOException {
        int count = Short.toUnsignedInt(bytes.getShort(0));
        if (count == NO_COLUMNS) {
            needToken();
            return;
        }
        if (count == 0 || count > MOST_COLUMNS) {
            throw odd();
        }
        row.describe(count);
        if (describesKeys) {
            need(2, keys -> {
                // No statement of a crawl asks for an encrypted column.
                require(keys.getShort(0) == 0);
                describeNext();
            });
        } else {
            describeNext();
        }
    }

    private void describeNext() {
        if (row.isDescribed()) {
            needToken();
        } else {
            // A user's type, flags, and the type.
            need(4 + 2 + 1, head -> {
                require((head.getShort(4) & ENCRYPTED) == 0);
                int type = Byte.toUnsignedInt(head.get(6));
                int length = TdsRow.lengthOfDescription(type);
                if (length == 0) {
                    row.add(type, ByteBuffer.allocate(0));
                    columnName();
                } else {
                    need(length, description -> {
                        row.add(type, description);
                        columnName();
                    });
                }
            });
        }
    }

    private void columnName() {
        need(1, length -> {
            describeNext();
            skip = 2L * Byte.toUnsignedInt(length.get(0));
        });
    }

    private void beginRow(byte[] nulls) throws IOException {
        if (row.columns() == 0) {
            throw odd();
        }
        if (!inRow) {
            inRow = true;
            row.begin();
        }
        row.setNulls(nulls);
        value();
    }

    /** Goes to the next value of the row that has bytes of its own. */
    private void value() throws IOException {
        int length = row.nextLength();
        if (length == TdsRow.AT_END) {
            needToken();
        } else if (row.isFixed()) {
            need(length, ignored -> value());
        } else {
            need(length, prefix -> content(row.content(prefix)));
        }
    }

    private void content(long bytes) throws IOException {
        skip = bytes;
        if (row.isInParts()) {
            need(Integer.BYTES, prefix -> content(row.part(prefix)));
        } else {
            value();
        }
    }

    private void message(ByteBuffer head) throws IOException {
        messages++;
        if (messages > MOST_MESSAGES) {
            throw new SourceLimitException(
                    "the source has sent more than %,d errors and notices in one answer".formatted(MOST_MESSAGES));
        }
        int text = 2 * Short.toUnsignedInt(head.getShort(MESSAGE_HEAD - Short.BYTES));
        skip = text;
        // The names of the server and of the procedure.
        shortText(left(head) - text, afterServer -> shortText(afterServer, this::tail));
    }

    private void acceptedLogin(ByteBuffer head) {
        shortText(left(head), this::tail);
    }

    /** How many bytes a token has after its head. */
    private static int left(ByteBuffer head) {
        return Short.toUnsignedInt(head.getShort(0)) - (head.remaining() - Short.BYTES);
    }

    /** What follows a text in a token, of which so many bytes are left. */
    private interface Rest {
        void go(int left) throws IOException;
    }

    private void shortText(int left, Rest then) {
        need(1, length -> {
            int text = 2 * Byte.toUnsignedInt(length.get(0));
            skip = text;
            then.go(left - 1 - text);
        });
    }

    /** The driver does not look at the length of such a token, so it has to be that of what is in it. */
    private void tail(int left) throws IOException {
        require(left == TAIL);
        skip += TAIL;
        needToken();
    }

    private void change(ByteBuffer bytes) throws IOException {
        int length = Short.toUnsignedInt(bytes.getShort(0));
        int type = Byte.toUnsignedInt(bytes.get(2));
        if (length == 0) {
            throw odd();
        }
        if (type == CHANGE_ROUTE || type == CHANGE_ROUTE + 1) {
            // The driver takes what was accepted before along to the other server, which may not have accepted it.
            require(ofLogin && !acceptsKeys);
            routes = true;
        }
        if (type == CHANGE_MIRROR) {
            // The driver would remember it for all connections of this process, and send logins there.
            current[next - 1] = CHANGE_NOTHING;
        }
        if (type == CHANGE_PACKET) {
            need(1, digits -> packetLength(Byte.toUnsignedInt(digits.get(0)), length - 2));
        } else {
            skip(length - 1L);
        }
    }

    /** The driver makes room for packets of whatever length it is told. */
    private void packetLength(int characters, int rest) throws IOException {
        if (characters == 0 || characters > 5 || 2 * characters > rest) {
            throw odd();
        }
        need(2 * characters, text -> {
            String digits = new String(copy(text), StandardCharsets.UTF_16LE);
            if (!digits.chars().allMatch(c -> c >= '0' && c <= '9') || Integer.parseInt(digits) > TdsPacket.LONGEST) {
                throw odd();
            }
            skip(rest - 2L * characters);
        });
    }

    private void feature(ByteBuffer bytes) throws IOException {
        int feature = Byte.toUnsignedInt(bytes.get(0));
        if (feature == 0xFF) {
            needToken();
            return;
        }
        if (REFUSED_FEATURES.indexOf(feature) >= 0) {
            throw odd();
        }
        need(Integer.BYTES, length -> {
            int data = length.getInt(0);
            require(data >= 0 && data <= LONGEST_FEATURE);
            if (feature == FEATURE_KEYS) {
                require(data > 0);
                need(1, version -> keys(Byte.toUnsignedInt(version.get(0)), data - 1));
            } else {
                skip = data;
                need(1, this::feature);
            }
        });
    }

    private void keys(int version, int rest) throws IOException {
        require(version > 0 && version <= NEWEST_KEYS);
        // Of a server that has sent the login on the driver takes no feature.
        acceptsKeys |= !routes;
        skip = rest;
        need(1, this::feature);
    }

    private static void require(boolean isOfAnswer) throws IOException {
        if (!isOfAnswer) {
            throw odd();
        }
    }

    static ProtocolException odd() {
        return new ProtocolException("no token of an answer");
    }
}
