package dev.connections.worker.source.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies are as long as what drivers read of them. */
class MessageBodyTest {
    private static final String FIELD = "a\0" + "x".repeat(18);

    @ParameterizedTest
    @CsvSource({
        "1,EMPTY",
        "2,EMPTY",
        "3,EMPTY",
        "n,EMPTY",
        "s,EMPTY",
        "I,EMPTY",
        "Z,I",
        "S,SETTING",
        "A,NOTIFICATION",
        "T,NO_FIELDS",
        "T,TWO_FIELDS",
        "t,TWO_PARAMETERS",
        "v,ONE_OPTION"
    })
    void whatServersSendPasses(char type, Body body) throws Exception {
        walk(type, body.bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "1,ONE",
        "2,ONE",
        "3,ONE",
        "n,ONE",
        "s,ONE",
        "I,ONE",
        "Z,EMPTY",
        "Z,SETTING",
        "S,EMPTY",
        "S,ONE",
        "S,HALF",
        "S,THREE_TEXTS",
        "A,HALF",
        "A,ONE",
        "T,EMPTY",
        "T,ONE",
        "T,NO_FIELDS_AND_A_ROW",
        "T,HALF_A_FIELD",
        "T,MANY_FIELDS",
        "t,MANY_FIELDS",
        "t,NO_FIELDS_AND_A_ROW",
        "v,NEGATIVE",
        "v,ONE"
    })
    void whatIsNotAsLongAsItSaysIsRefused(char type, Body body) {
        assertThatThrownBy(() -> walk(type, body.bytes)).isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @CsvSource({"E,SETTING", "N,ONE", "C,ONE", "K,SETTING"})
    void whatDriversReadByItsLengthIsNotLookedInto(char type, Body body) throws Exception {
        assertThat(new MessageBody().begins((byte) type, body.bytes.length)).isFalse();
    }

    private static void walk(char type, byte[] bytes) throws ProtocolException {
        MessageBody body = new MessageBody();
        assertThat(body.begins((byte) type, bytes.length)).isTrue();
        for (byte b : bytes) {
            body.next(b);
        }
    }

    /** What a body may be made of. */
    enum Body {
        EMPTY(""),
        ONE("x"),
        I("I"),
        SETTING("name\0value\0"),
        HALF("name\0val"),
        THREE_TEXTS("name\0value\0more\0"),
        NOTIFICATION("\0\0\0\1channel\0payload\0"),
        NO_FIELDS("\0\0"),
        NO_FIELDS_AND_A_ROW("\0\0D\0\0\0\6\0\0"),
        TWO_FIELDS("\0\2" + FIELD + FIELD),
        HALF_A_FIELD("\0\1a\0xx"),
        MANY_FIELDS("\u007f\0" + FIELD),
        TWO_PARAMETERS("\0\2\0\0\0\27\0\0\0\27"),
        ONE_OPTION("\0\3\0\0\0\0\0\1_pq_.x\0"),
        NEGATIVE("\0\3\0\0\u00ff\u00ff\u00ff\u00ff");

        private final byte[] bytes;

        Body(String latin) {
            this.bytes = latin.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
