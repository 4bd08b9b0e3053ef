package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.SourceConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Servers that speak MySQL's protocol and want what is not theirs, or send more than anybody can hold. */
class HostileMysqlTest {
    private static final String SECRET = "s3cret-of-app";
    private static final int MOST_ROWS = 200_000;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @Test
    void aServerThatAsksForAFileGetsNone() throws Exception {
        Path file = Files.writeString(Files.createTempFile("mysql-", ".txt"), "the content of a file");
        try {
            TaskError error = crawl(script -> script.on("set session", server -> {
                received.add("files: " + (server.capabilities() & MysqlScript.FILES));
                server.send(("\u00FB" + file).getBytes(StandardCharsets.ISO_8859_1));
                received.add(new String(server.receive(), StandardCharsets.UTF_8));
                server.ok();
            }));
            assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
            assertThat(received).containsExactly("files: 0", "");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aServerThatRedirectsIsNotFollowed() throws Exception {
        try (FakeServer other = FakeServer.thatIsSilent()) {
            String target = "mysql://app@127.0.0.1:" + other.port();
            TaskError error = crawl(script -> script.on(MysqlScript.LOGIN, server -> {
                        received.add("redirected");
                        server.send(redirect(target));
                    })
                    .on("information_schema.schemata", server -> server.error(1146, "42S02", "no such table")));
            assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
            assertThat(error.message()).contains("no such table");
            assertThat(received).isNotEmpty();
            assertThat(other.wasReached()).isFalse();
        }
    }

    /** A success whose session state says that the variable redirect_url is now this. */
    private static byte[] redirect(String target) {
        byte[] name = "redirect_url".getBytes(StandardCharsets.US_ASCII);
        byte[] value = target.getBytes(StandardCharsets.US_ASCII);
        int change = 2 + name.length + value.length;
        var body = new java.io.ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 0, 0, 2, 0x40, 0, 0, 0});
        body.write(change + 2);
        body.write(0);
        body.write(change);
        body.write(name.length);
        body.writeBytes(name);
        body.write(value.length);
        body.writeBytes(value);
        return body.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql_clear_password", "caching_sha2_password", "dialog", "sha256_password"})
    void aServerThatIsNotVerifiedGetsNoPassword(String plugin) throws Exception {
        TaskError error = failure(new Fake(script -> {
            script.greet(plugin);
            received.add(new String(script.receive(), StandardCharsets.ISO_8859_1));
            // Whoever asked for a proof first may ask for the password now.
            script.send(("\u00FE" + plugin + "\0abcdefghijklmnopqrst\0").getBytes(StandardCharsets.ISO_8859_1));
            received.add(new String(script.receive(), StandardCharsets.ISO_8859_1));
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.message()).contains("VERIFY_CA");
        assertThat(String.join(" ", received)).doesNotContain(SECRET);
    }

    @Test
    void theErrorOfALoginIsInWordsOfThisService() throws Exception {
        TaskError error = failure(new Fake(script -> {
            script.greet("mysql_native_password");
            script.receive();
            script.error(1045, "28000", "Access denied for user '" + SECRET + "'");
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.message()).doesNotContain(SECRET);
    }

    @Test
    void anErrorThatRepeatsTheSecretIsNotShown() throws Exception {
        TaskError error = crawl(script ->
                script.on("information_schema.schemata", server -> server.error(1105, "HY000", "you are " + SECRET)));
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        assertThat(error.message()).doesNotContain(SECRET);
    }

    @Test
    void aPacketThatIsTooLongIsNeverMadeRoomFor() throws Exception {
        TaskError error = crawl(script -> script.on("information_schema.schemata", server -> {
            server.columns("schema_name", "comment");
            server.header(0xFF_FFFF);
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        assertThat(error.message()).contains("connections.worker.source.row");
    }

    @Test
    void aGreetingThatIsTooLongIsNone() throws Exception {
        TaskError error = failure(new Fake(script -> script.header(0xFF_FFFE)));
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        assertThat(error.message()).isEqualTo(MysqlFailures.NOT_MYSQL);
    }

    @Test
    void databasesWithoutEndAreALimit() throws Exception {
        TaskError error = crawl(script -> script.on("information_schema.schemata", server -> {
            server.columns("schema_name", "comment");
            for (int i = 0; i < MOST_ROWS; i++) {
                server.row("database" + i, "");
            }
            server.end();
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        assertThat(error.message()).contains("connections.worker.source.databases");
    }

    @Test
    void moreColumnsThanWereAskedForAreNoAnswer() throws Exception {
        TaskError error = crawl(script -> script.on("information_schema.schemata", server -> {
            server.send(new byte[] {120});
            for (int i = 0; i < 120; i++) {
                server.send(new byte[1 << 19]);
            }
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        assertThat(error.message()).isEqualTo(MysqlFailures.NOT_MYSQL);
    }

    @Test
    void descriptionsOfColumnsAreALimit() throws Exception {
        TaskError error = crawl(script -> script.on("information_schema.schemata", server -> {
            server.send(new byte[] {30});
            for (int i = 0; i < 30; i++) {
                server.send(new byte[1 << 19]);
            }
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void answersAfterAnAnswerAreNone() throws Exception {
        TaskError error = crawl(script -> script.on("information_schema.schemata", server -> {
            for (int i = 0; i < MOST_ROWS; i++) {
                // An answer without rows, after which there is another one.
                server.send(new byte[] {1});
                server.send(new byte[40]);
                server.send(new byte[] {(byte) 0xFE, 0, 0, 8, 0});
                server.send(new byte[] {(byte) 0xFE, 0, 0, 8, 0});
            }
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
    }

    @Test
    void aListWithoutEndIsLeftAtItsLimit() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        TaskError error = crawl(script -> script.on("information_schema.schemata", server -> {
            server.columns("schema_name", "comment");
            while (true) {
                server.row("database" + sent.incrementAndGet(), "x".repeat(1_000));
            }
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        // What the sockets between hold, and not what a driver would read until the end.
        assertThat(sent.get()).isLessThan(60_000);
    }

    @Test
    void rowsOfAnAnswerThatIsNoStreamAreALimit() throws Exception {
        TaskError error = crawl(script -> script.on("set session", server -> {
            server.columns("a");
            for (int i = 0; i <= MOST_ROWS; i++) {
                server.row("x");
            }
            server.end();
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        assertThat(error.message()).contains("connections.worker.source.answer");
    }

    @Test
    void columnsOfOneTableWithoutEndAreALimit() throws Exception {
        TaskError error = crawl(script -> tables(script).on("information_schema.columns", server -> {
            server.columns("t", "o", "c", "ct", "dt", "n", "d", "e", "g", "co");
            for (int i = 0; i < MOST_ROWS; i++) {
                server.row("orders", "1", "c" + i, "int", "int", "1", "", "", "", "");
            }
            server.end();
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        assertThat(error.message()).contains("connections.worker.source.relation-rows");
    }

    @Test
    void anAnswerOfTheWrongShapeIsNoAnswerOfMysql() throws Exception {
        TaskError error = crawl(script -> tables(script).on("information_schema.columns", server -> {
            server.columns("t", "o");
            server.row("orders", "1");
            server.end();
        }));
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        assertThat(error.message()).doesNotContain("Exception", "java");
    }

    @ParameterizedTest
    @CsvSource({"5.6.51, MySQL 5.6, 5.7", "5.5.5-10.2.44-MariaDB, MariaDB 10.2, 10.3"})
    void aServerThatIsTooOldIsSaidSoByAValidationAsByACrawl(String version, String shown, String oldest)
            throws Exception {
        try (FakeServer server = FakeServer.that((socket, fake) -> new MysqlScript(socket, version).serve())) {
            assertThat(run(server, false))
                    .isEqualTo(TaskError.of(
                            ErrorCode.UNSUPPORTED_TECHNOLOGY,
                            "the server is " + shown + "; crawls need " + oldest + " or later"));
            assertThat(run(server, true)).isEqualTo(run(server, false));
        }
    }

    /** One database with one table. */
    private static MysqlScript tables(MysqlScript script) {
        return script.on("information_schema.schemata", server -> {
                    server.columns("schema_name", "comment");
                    server.row("shop", "");
                    server.end();
                })
                .on("information_schema.key_column_usage", server -> {
                    server.columns("n", "k", "c", "s", "t", "r");
                    server.end();
                })
                .on("information_schema.tables", server -> {
                    server.columns("n", "t", "e", "c", "o", "at");
                    server.row("orders", "BASE TABLE", "InnoDB", "", "", "1");
                    server.end();
                });
    }

    /** What a fake server does on each connection. */
    private record Fake(Does does) {
        interface Does {
            void to(MysqlScript script) throws IOException;
        }
    }

    /** Sets up what a server answers to statements. */
    private interface Setup {
        MysqlScript of(MysqlScript script);
    }

    /** The error of a crawl of a server that takes every login. */
    private TaskError crawl(Setup setup) throws Exception {
        List<TaskError> errors = new ArrayList<>();
        try (FakeServer server = FakeServer.that(
                (socket, fake) -> setup.of(new MysqlScript(socket)).serve())) {
            errors.add(run(server, false));
        }
        return errors.getFirst();
    }

    /** The error of a crawl, which is that of a validation too. */
    private TaskError failure(Fake fake) throws Exception {
        try (FakeServer server = FakeServer.that((socket, itself) -> {
            MysqlScript script = new MysqlScript(socket);
            fake.does.to(script);
            script.flush();
        })) {
            TaskError crawled = run(server, false);
            assertThat(run(server, true).code()).isEqualTo(crawled.code());
            return crawled;
        }
    }

    private static TaskError run(FakeServer server, boolean validate) {
        ObjectNode configuration = Json.object().put("host", "127.0.0.1").put("port", server.port());
        configuration.putObject("tls").put("mode", "DISABLE");
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", "app")
                .put("password", SECRET);
        try (SourceConnection connection = new SourceConnection(Technology.MYSQL, MysqlSource::new, configuration)) {
            return validate ? connection.failedValidation() : connection.failedCrawl();
        }
    }
}
