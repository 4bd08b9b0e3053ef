package dev.connections.worker.source.pgwire;

import java.net.ProtocolException;
import java.util.Map;

/**
 * Walks through the body of a message as drivers do: they go by what is in it, and its length is only believed to be the
 * same. A body that ends sooner or later than its length says would make them take its bytes for a message.
 */
final class MessageBody {
    /** Bodies of which there is nothing to look at: drivers go by their length. */
    private static final String BY_LENGTH = "ENCK";

    private static final Form EMPTY = new Form(0, 0, 0, false, 0);
    /** By the type of the message. Source: PostgreSQL's documentation, "Message Formats". */
    private static final Map<Byte, Form> FORMS = Map.ofEntries(
            Map.entry((byte) '1', EMPTY),
            Map.entry((byte) '2', EMPTY),
            Map.entry((byte) '3', EMPTY),
            Map.entry((byte) 'I', EMPTY),
            Map.entry((byte) 'n', EMPTY),
            Map.entry((byte) 's', EMPTY),
            Map.entry((byte) 'Z', new Form(1, 0, 0, false, 0)),
            Map.entry((byte) 'S', new Form(0, 0, 2, true, 0)),
            Map.entry((byte) 'A', new Form(4, 0, 2, true, 0)),
            Map.entry((byte) 'T', new Form(0, 2, 0, true, 18)),
            Map.entry((byte) 't', new Form(0, 2, 0, false, 4)),
            Map.entry((byte) 'v', new Form(4, 4, 0, true, 0)));

    /** Bytes of the prefix or of an item that are still to be passed. */
    private int skip;
    /** Bytes of the number of items that are still to come. */
    private int counting;
    /** Items that have not begun. */
    private int items;

    private boolean hasTexts;
    private int afterText;
    private boolean inText;
    private int left;

    /**
     * What a body is made of.
     *
     * @param prefix bytes at its beginning
     * @param countWidth bytes of the number of items; 0 where the type says how many there are
     * @param items how many, where the type says it
     * @param texts whether each begins with a text, which ends with a zero
     * @param afterText further bytes of each
     */
    private record Form(int prefix, int countWidth, int items, boolean texts, int afterText) {}

    /** Begins to walk; answers whether the body is one to look at. */
    boolean begins(byte type, int length) throws ProtocolException {
        Form form = FORMS.get(type);
        if (form == null) {
            if (BY_LENGTH.indexOf(type) >= 0 && length == 0) {
                throw notAsLong();
            }
            return false;
        }
        skip = form.prefix;
        counting = form.countWidth;
        items = form.items;
        hasTexts = form.texts;
        afterText = form.afterText;
        inText = false;
        left = length;
        beginItem();
        checkEnd();
        return true;
    }

    /** Looks at the next byte. */
    void next(byte b) throws ProtocolException {
        left--;
        if (skip > 0) {
            skip--;
        } else if (counting > 0) {
            items = items << 8 | Byte.toUnsignedInt(b);
            counting--;
        } else if (inText) {
            inText = b != 0;
            skip = inText ? 0 : afterText;
        }
        beginItem();
        checkEnd();
    }

    private void beginItem() {
        if (skip == 0 && counting == 0 && !inText && items > 0) {
            items--;
            inText = hasTexts;
            skip = hasTexts ? 0 : afterText;
        }
    }

    private void checkEnd() throws ProtocolException {
        boolean ended = skip == 0 && counting == 0 && !inText && items <= 0;
        if (items < 0 || ended != (left == 0)) {
            throw notAsLong();
        }
    }

    private static ProtocolException notAsLong() {
        return new ProtocolException("a message that is not as long as what it holds");
    }
}
