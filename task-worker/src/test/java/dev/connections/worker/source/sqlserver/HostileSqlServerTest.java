package dev.connections.worker.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.StubCertificate;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers whose answers promise too much, or are none. */
class HostileSqlServerTest {
    private static final int MANY = 20_000;

    /** What a server answers in place of what it was asked. */
    interface Answer {
        void to(TdsOutput answer) throws IOException;
    }

    static Stream<Arguments> odd() {
        return Stream.of(
                odd("a token that there is not", answer -> answer.int1(0x42)),
                odd("a value that a procedure returns", answer -> answer.int1(0xAC)),
                odd(
                        "a request for another login",
                        answer -> answer.int1(0xED).int2(4).int4(0)),
                odd("columns without number", answer -> answer.int1(0x81).int2(0)),
                odd("more columns than anybody asked for", answer -> answer.textColumns(65)),
                odd(
                        "a type of two gigabytes",
                        answer -> answer.columns(1).int4(0).int2(0).int1(0x22)),
                odd(
                        "rows of columns that were not described",
                        answer -> answer.int1(0xD1).int4(0)),
                odd(
                        "a text that is longer than its column",
                        answer -> answer.textColumns(1).int1(0xD1).int2(8_001)),
                odd("a packet of two gigabytes", answer -> answer.change(4, "2000000000", "")),
                odd("a packet of 99999", answer -> answer.change(4, "99999", "")),
                odd("a packet of letters", answer -> answer.change(4, "abc", "")),
                odd(
                        "an error that is shorter than it says",
                        answer -> hiding(
                                answer,
                                0xAA,
                                token -> token.int4(1).int2(0).int2(0).int2(0).int4(0))),
                odd(
                        "a notice that is shorter than it says",
                        answer -> hiding(
                                answer,
                                0xAB,
                                token -> token.int4(1).int2(0).int2(0).int2(0).int4(0))),
                odd(
                        "an accepted login that is shorter than it says",
                        answer -> hiding(
                                answer,
                                0xAD,
                                token -> token.int1(1).int4(0x74).int1(0).int4(16))),
                odd("a change of nothing", answer -> answer.int1(0xE3).int2(0).int1(1)),
                odd(
                        "features that nobody has logged in for",
                        answer -> answer.int1(0xAE).int1(10).int4(1).int1(1).int1(0xFF)),
                odd(
                        "keys of encrypted columns",
                        answer -> answer.int1(0x81).int2(1).int2(1)),
                odd(
                        "an encrypted column",
                        answer -> answer.columns(1).int4(0).int2(0x0801).int1(0x38)),
                odd(
                        "a feature of two gigabytes",
                        answer -> answer.int1(0xAE).int1(10).int4(Integer.MAX_VALUE)),
                odd(
                        "a part that is longer than its text",
                        answer -> longText(answer).int8(4).int4(6)),
                odd("a text in too many parts", answer -> {
                    longText(answer).int8(-2);
                    for (int i = 0; i < MANY; i++) {
                        answer.int4(2).int2('a');
                    }
                }));
    }

    private static Arguments odd(String what, Answer answer) {
        return Arguments.of(what, answer);
    }

    /** A token in whose length there is room for what the driver takes as another one. */
    private static void hiding(TdsOutput answer, int token, TdsOutput.Content content) throws IOException {
        answer.token(token, inside -> {
            content.to(inside);
            inside.error(229, "hidden");
        });
        answer.done(0);
    }

    private static TdsOutput longText(TdsOutput answer) throws IOException {
        return answer.columns(1)
                .int4(0)
                .int2(1)
                .int1(0xE7)
                .int2(0xFFFF)
                .collation()
                .shortText("c")
                .int1(0xD1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void anOddAnswerIsAClearErrorThatIsTriedAgain(String what, Answer answer) throws Exception {
        TaskError inCrawl = crawl(accepting(answer));
        assertThat(inCrawl).isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, SqlServerFailures.NOT_SQL_SERVER, true));
        TaskError inLogin = crawl(session -> {
            TdsOutput output = session.answer();
            answer.to(output);
            output.end();
        });
        assertThat(inLogin).isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, SqlServerFailures.NOT_SQL_SERVER, true));
    }

    static Stream<Arguments> oddLogins() {
        return Stream.of(
                odd("encrypted columns of no version", answer -> keys(answer, 0)),
                odd("encrypted columns of a version to come", answer -> keys(answer, 4)),
                odd(
                        "encrypted columns without version",
                        answer -> answer.int1(0xAE).int1(4).int4(0).int1(0xFF)),
                odd(
                        "encrypted columns before the login goes on",
                        answer -> keys(answer, 1).route("localhost", 1)),
                odd("columns", answer -> keys(answer, 1).textColumns(1)));
    }

    private static TdsOutput keys(TdsOutput answer, int version) throws IOException {
        return answer.int1(0xAE).int1(4).int4(1).int1(version).int1(0xFF);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddLogins")
    void anOddAnswerToALoginIsAClearErrorThatIsTriedAgain(String what, Answer answer) throws Exception {
        AtomicBoolean goesOn = new AtomicBoolean();
        TaskError error = crawl(session -> {
            TdsOutput output = session.answer().loginAccepted();
            answer.to(output);
            output.done(0).end();
            session.receive();
            goesOn.set(true);
        });
        assertThat(error).isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, SqlServerFailures.NOT_SQL_SERVER, true));
        assertThat(goesOn).isFalse();
    }

    static Stream<Arguments> endless() {
        return Stream.of(
                Arguments.of("a text of two gigabytes", "row", (Answer)
                        answer -> longText(answer).int8(Integer.MAX_VALUE)),
                Arguments.of("a part of two gigabytes", "row", (Answer)
                        answer -> longText(answer).int8(-2).int4(Integer.MAX_VALUE)),
                Arguments.of("a text that never ends", "row", (Answer) answer -> {
                    longText(answer).int8(-2);
                    byte[] part = new byte[8_000];
                    for (int i = 0; i < 2_000; i++) {
                        answer.int4(part.length).bytes(part);
                    }
                }),
                Arguments.of("notices that never end", "answer", (Answer) answer -> {
                    for (int i = 0; i < 1_000; i++) {
                        answer.message(0xAB, 1, "x".repeat(20_000));
                    }
                }));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xAA, 0xAB})
    void manyShortMessagesAreNotKept(int token) throws Exception {
        TaskError error = crawl(accepting(answer -> {
            for (int i = 0; i < MANY; i++) {
                answer.message(token, 1, "");
            }
            answer.done(0);
        }));
        assertThat(error)
                .isEqualTo(TaskError.of(
                        ErrorCode.SOURCE_LIMIT_EXCEEDED,
                        "the source has sent more than 1,000 errors and notices in one answer"));
    }

    @Test
    void someMessagesAreNoOddAnswer() throws Exception {
        TaskError error = crawl(accepting(answer -> {
            for (int i = 0; i < 999; i++) {
                answer.message(0xAB, 1, "a notice");
            }
            answer.error(229, "denied").done(2);
        }));
        assertThat(error).isEqualTo(new TaskError(ErrorCode.PERMISSION_DENIED, "denied", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endless")
    void whatIsTooLongIsNeverMadeRoomFor(String what, String limit, Answer answer) throws Exception {
        TaskError error = crawl(accepting(answer));
        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        assertThat(error.message()).contains("connections.worker.source." + limit);
    }

    @Test
    void anErrorThatRepeatsTheSecretIsNotShown() throws Exception {
        TaskError error = crawl(accepting(
                answer -> answer.error(50_000, "you are " + TdsServer.SECRET).done(2)));
        assertThat(error)
                .isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, "the source answered with error 50000", false));
    }

    @Test
    void anErrorOfTheServerIsShownAsItSaidIt() throws Exception {
        assertThat(crawl(accepting(answer ->
                        answer.error(229, "The SELECT permission was denied").done(2))))
                .isEqualTo(new TaskError(ErrorCode.PERMISSION_DENIED, "The SELECT permission was denied", false));
    }

    @Test
    void recordsOfTlsWithinTlsAreNoWayAroundTheChecks() throws Exception {
        TaskError error = crawl(session -> {
            session.accept("master");
            session.receive();
            session.raw(new byte[] {0x17, 3, 3, 0x7F, 0});
        });
        assertThat(error).isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, SqlServerFailures.NOT_SQL_SERVER, true));
    }

    /** Accepts the login and the settings, and answers the first question so. */
    private static Script accepting(Answer answer) {
        return session -> {
            session.accept("master");
            session.receive();
            session.answer().done(0).end();
            session.receive();
            TdsOutput output = session.answer();
            answer.to(output);
            output.end();
        };
    }

    private interface Script {
        void run(TdsSession session) throws IOException;
    }

    private static TaskError crawl(Script script) throws IOException {
        SqlServerSourceServer shared = SqlServerSourceServer.shared();
        try (FakeServer server = FakeServer.that((socket, fake) -> {
                    TdsSession session = new TdsSession(socket);
                    session.logIn(StubCertificate.shared().context());
                    script.run(session);
                });
                SourceConnection connection = new SourceConnection(
                        shared, SqlServerSourceServer.configuration(server.port(), "any", "VERIFY_FULL"))) {
            return connection.failedCrawl();
        }
    }
}
