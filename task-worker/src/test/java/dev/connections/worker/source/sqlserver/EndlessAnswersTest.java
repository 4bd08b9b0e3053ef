package dev.connections.worker.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.StubCertificate;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server one of whose answers has no end: where a limit is reached, nobody reads on. */
class EndlessAnswersTest {
    /** Together more characters than a list or a relation may have. */
    private static final int ROWS = 3_000;

    private static final String LONG = "x".repeat(3_900);
    /** After which the server gives up that the client goes. */
    private static final int PATIENCE_MILLIS = 10_000;

    private final AtomicBoolean clientWent = new AtomicBoolean();

    /** An answer, and how it is known what it answers. */
    private record Answer(String asked, List<String> row, List<String> endlessRow) {}

    private static final List<Answer> ANSWERS = List.of(
            new Answer("serverproperty", List.of("13", "3"), List.of()),
            new Answer(
                    "from sys.databases",
                    List.of("5", "b", "any", "0", "1", "1", "1"),
                    List.of("5", "b", LONG, "0", "1", "0", "1")),
            new Answer("from sys.schemas", List.of("1", "dbo", "none"), List.of("1", LONG, "none")),
            new Answer("from sys.types", List.of("56", "56", "int", "0", "sys"), List.of("56", "56", LONG, "0", "sys")),
            new Answer("sys.key_constraints", List.of("9", "0", "k", "1", "c", "", "", ""), List.of()),
            new Answer("p.major_id = o.object_id", List.of("9", "0", "a comment"), List.of()),
            new Answer(
                    "sys.tables",
                    List.of(),
                    List.of(
                            "1", "1", "t", "U", "0", "0", "0", "0", "1", LONG, "56", "4", "10", "0", "1", "0", "0",
                            "0")));

    @ParameterizedTest
    @ValueSource(strings = {"from sys.databases", "from sys.schemas", "from sys.types", "sys.tables"})
    void aCrawlThatReachesALimitHangsUp(String endless) throws Exception {
        try (FakeServer server = server(endless);
                SourceConnection connection = connection(server)) {
            assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        }
        await().untilTrue(clientWent);
    }

    @ParameterizedTest
    @ValueSource(strings = "from sys.databases")
    void aValidationThatReachesALimitHangsUp(String endless) throws Exception {
        try (FakeServer server = server(endless);
                SourceConnection connection = connection(server)) {
            assertThat(connection.failedValidation().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        }
        await().untilTrue(clientWent);
    }

    private static SourceConnection connection(FakeServer server) {
        return new SourceConnection(
                SqlServerSourceServer.shared(),
                SqlServerSourceServer.configuration(server.port(), "any", "VERIFY_FULL"));
    }

    private FakeServer server(String endless) {
        return FakeServer.that((socket, fake) -> {
            TdsSession session = new TdsSession(socket);
            session.logIn(StubCertificate.shared().context());
            session.accept("any");
            while (true) {
                String sql = TdsSession.sqlIn(session.receive());
                if (sql.contains(endless)) {
                    sendWithoutEnd(session, socket, answerTo(sql).endlessRow);
                } else if (sql.startsWith("set ")) {
                    session.answer().done(0).end();
                } else {
                    rows(session.answer(), answerTo(sql).row, 1).done(0x10).end();
                }
            }
        });
    }

    private static Answer answerTo(String sql) {
        return ANSWERS.stream()
                .filter(answer -> sql.contains(answer.asked))
                .findFirst()
                .orElseThrow();
    }

    private void sendWithoutEnd(TdsSession session, Socket socket, List<String> row) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        try {
            rows(session.answer(), row, ROWS);
            session.receive();
        } catch (SocketTimeoutException e) {
            // The client waits for the rest.
            throw e;
        } catch (IOException e) {
            clientWent.set(true);
            throw e;
        }
    }

    private static TdsOutput rows(TdsOutput answer, List<String> row, int count) throws IOException {
        answer.textColumns(row.size());
        for (int i = 0; i < count; i++) {
            answer.int1(0xD1);
            for (String value : row) {
                answer.int2(2 * value.length()).text(value);
            }
        }
        return answer;
    }
}
