package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.task.TaskError;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CrawlFixture;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.FakeServer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server repeats of the password reaches no error and no warning. */
class EchoedSecretsTest {
    private static final String PASSWORD = "s3cret-of-app";

    private final CrawlFixture fixture = new CrawlFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000", "42501", "42P01", "57P03", "XX000", "08004", "?????"})
    void anErrorAtLoginOrLaterIsShownWithoutIt(String state) throws Exception {
        assertThat(error(socket -> answer(socket, 'E', error(state, "you sent " + PASSWORD)))
                        .message())
                .doesNotContain("s3cret");
        assertThat(error(socket -> {
                            logIn(socket, "18.0");
                            answerQueries(socket, error(state, "you sent " + PASSWORD));
                        })
                        .message())
                .doesNotContain("s3cret");
    }

    @Test
    void aPasswordThatTheEndOfTheShownTextWouldCutIsNotShownInPart() throws Exception {
        String message = "x".repeat(1_995) + PASSWORD;
        assertThat(error(socket -> {
                            logIn(socket, "18.0");
                            answerQueries(socket, error("XX000", message));
                        })
                        .message())
                .isEqualTo("the source answered with an error (SQLSTATE XX000)");
    }

    @Test
    void aReasonWhyATextCannotBeReadIsShownWithoutIt() throws Exception {
        fixture.source("create function gone() returns int language sql as 'select 1'");
        fixture.source("create view bad_view as select gone() as a");
        fixture.source("set allow_system_table_mods = on; delete from pg_proc where proname = 'gone'");
        assertThat(fixture.crawl().warnings())
                .singleElement()
                .asString()
                .endsWith(
                        "/public/bad_view could not be read, so what is known of it was kept: ERROR: cache lookup failed"
                                + " for function " + functionId());
        fixture.password = "cache lookup failed";
        assertThat(fixture.crawl().warnings())
                .containsExactly("the definition of " + fixture.database
                        + "/public/bad_view could not be read, so what is known of it was kept: [REDACTED]");
    }

    @Test
    void namesInWarningsAreShownWithoutIt() throws Exception {
        String closed = fixture.anotherDatabase();
        String role = "reader_of_" + fixture.database;
        fixture.source("postgres", "create role " + role + " login password '" + closed + "'");
        fixture.source("postgres", "revoke connect on database " + closed + " from public");
        fixture.source("create schema \"in_" + closed + "\"");
        fixture.user = role;
        fixture.password = closed;
        CrawlResult result = fixture.crawl();
        fixture.source("postgres", "drop role " + role);
        assertThat(result.warnings())
                .noneMatch(warning -> warning.contains(closed))
                .contains(
                        "the account may not connect to database [REDACTED], so it was left as it is",
                        "the account has no USAGE privilege on schema [REDACTED], so its inside was left as it is");
    }

    private String functionId() throws Exception {
        return fixture.sourceClient()
                .sql(
                        "select refobjid::text from pg_depend where refclassid = 'pg_proc'::regclass and refobjid >= 16384")
                .query(String.class)
                .single();
    }

    private interface Session {
        void serve(Socket socket) throws IOException;
    }

    /** The error of a crawl whose server does this once the driver has introduced itself. */
    private TaskError error(Session session) throws Exception {
        try (FakeServer server = FakeServer.that((socket, self) -> {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            // The request for TLS, and then the startup message.
            in.skipNBytes(in.readInt() - 4L);
            socket.getOutputStream().write('N');
            in.skipNBytes(in.readInt() - 4L);
            session.serve(socket);
        })) {
            fixture.port = server.port();
            fixture.user = "app";
            fixture.password = PASSWORD;
            return catchThrowableOfType(RunFailedException.class, fixture::crawl)
                    .error();
        }
    }

    private static void logIn(Socket socket, String version) throws IOException {
        answer(socket, 'R', "\0\0\0\0");
        for (List<String> parameter : List.of(
                List.of("server_version", version),
                List.of("client_encoding", "UTF8"),
                List.of("standard_conforming_strings", "on"),
                List.of("integer_datetimes", "on"))) {
            answer(socket, 'S', String.join("\0", parameter) + "\0");
        }
        answer(socket, 'K', "\0\0\0\1\0\0\0\1");
        answer(socket, 'Z', "I");
    }

    /** Answers each query, of the simple or the extended protocol, with the error. */
    private static void answerQueries(Socket socket, String error) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        for (int type = in.read(); type >= 0; type = in.read()) {
            in.skipNBytes(in.readInt() - 4L);
            if (type == 'Q' || type == 'S') {
                answer(socket, 'E', error);
                answer(socket, 'Z', "I");
            }
        }
    }

    private static String error(String state, String message) {
        return "SERROR\0C" + state + "\0M" + message + "\0\0";
    }

    private static void answer(Socket socket, char type, String content) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(message);
        out.writeByte(type);
        out.writeInt(content.length() + 4);
        out.write(content.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(message.toByteArray());
    }
}
