package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CrawlFixture;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.execution.RunFailures;
import dev.connections.worker.source.FakeServer;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers whose catalogs lie: each ends its own crawl with a clear error, and the next crawl is as good as ever. */
class PostgresHostileCatalogTest {
    private static final String DATABASES = "from pg_database d";
    private static final String SCHEMAS = "from pg_namespace n\n where n.nspname not in";
    private static final String TYPES = "from pg_type t";
    private static final String RELATIONS = "left join pg_am am";
    private static final String COLUMNS = "join pg_attribute a on a.attrelid = c.oid\n where";
    private static final String COMMENTS = "join pg_description d";
    private static final String KEYS = "with recursive copy";
    private static final String TEXTS = "pg_get_viewdef";
    /** More of them than any limit allows; a server that is not hung up on would stop here too. */
    private static final int ENDLESS = 3_000_000;

    private final CrawlFixture fixture = new CrawlFixture();

    @BeforeEach
    void create() {
        fixture.source("""
                create schema shop;
                comment on schema shop is 'what is sold';
                create table shop.orders (id int primary key, parent int references shop.orders);
                comment on table shop.orders is 'what was sold';
                create view shop.open_orders as select * from shop.orders;
                create domain shop.amount as int;
                create domain shop.price as shop.amount;
                create table shop.prices (price shop.price);
                """);
    }

    @AfterEach
    void close() throws Exception {
        fixture.port = CrawlFixture.server().port();
        fixture.limits = Limits.DEFAULT;
        assertThat(fixture.crawl().objects().seen()).isEqualTo(6);
        fixture.close();
    }

    @Test
    void endlessColumnsOfOneTable() throws Exception {
        assertThat(errorOf(COLUMNS, (row, answer) -> {
                    for (int i = 0; i < ENDLESS; i++) {
                        answer.row(row, 1, String.valueOf(i + 1));
                    }
                }))
                .satisfies(error -> assertExceeds(error, "answer", "relation-rows"));
    }

    @Test
    void moreColumnsThanAnyTableHas() throws Exception {
        assertThat(errorOf(COLUMNS, (row, answer) -> {
                    for (int i = 0; i < 30_000; i++) {
                        answer.row(row, 1, String.valueOf(i + 1));
                    }
                }))
                .satisfies(error -> assertExceeds(error, "relation-rows"));
    }

    @Test
    void namesOfControlCharacters() throws Exception {
        assertThat(errorOf(RELATIONS, (row, answer) -> answer.row(row, 2, "\u0001".repeat(60_000))))
                .satisfies(error -> {
                    assertExceeds(error, "name");
                    assertThat(error.message()).doesNotContain("\u0001");
                });
        assertThat(errorOf(COLUMNS, (row, answer) -> answer.row(row, 2, "\u0001".repeat(60_000))))
                .satisfies(error -> assertExceeds(error, "name"));
    }

    @Test
    void aMillionDatabasesOrSchemas() throws Exception {
        assertThat(errorOf(DATABASES, (row, answer) -> {
                    for (int i = 0; i < 15_000; i++) {
                        answer.row(row, 0, String.valueOf(100_000 + i));
                    }
                }))
                .satisfies(error -> assertExceeds(error, "databases"));
        assertThat(errorOf(SCHEMAS, (row, answer) -> {
                    for (int i = 0; i < ENDLESS; i++) {
                        answer.row(row, 0, String.valueOf(100_000 + i));
                    }
                }))
                .satisfies(error -> assertExceeds(error, "answer", "schemas"));
    }

    @Test
    void domainsThatAreEachOthersBaseAreNoEndlessLoop() throws Exception {
        try (HostileServer hostile =
                // Whatever the type, it is a domain whose base is itself.
                new HostileServer(CrawlFixture.server().port(), TYPES, (row, answer) -> {
                    row.set(2, new byte[] {'d'});
                    row.set(4, row.get(0));
                    answer.row(row);
                })) {
            fixture.port = hostile.port();
            assertThat(fixture.crawl().objects().seen()).isEqualTo(6);
        }
    }

    @Test
    void aDatabaseThatIsGoneWhenItIsOpenedIsPassedOver() throws Exception {
        fixture.settings = CrawlFixture.settings(List.of(fixture.database + "/**", "gone_db/**"), List.of());
        try (HostileServer server = new HostileServer(CrawlFixture.server().port(), DATABASES, (row, answer) -> {
            answer.row(row);
            if (new String(row.get(1), StandardCharsets.UTF_8).equals(fixture.database)) {
                row.set(0, "999999".getBytes(StandardCharsets.UTF_8));
                row.set(4, "f".getBytes(StandardCharsets.UTF_8));
                answer.row(row, 1, "gone_db");
            }
        })) {
            fixture.port = server.port();
            CrawlResult result = fixture.crawl();
            assertThat(result.warnings()).isEmpty();
            assertThat(result.objects().seen()).isEqualTo(7);
        }
    }

    @Test
    void longCommentsAndDefinitions() throws Exception {
        assertThat(errorOf(COMMENTS, (row, answer) -> answer.row(row, 2, "x".repeat(9_000_000))))
                .satisfies(error -> assertExceeds(error, "row"));
        assertThat(errorOf(COMMENTS, (row, answer) -> answer.row(row, 2, "x".repeat(5_000_000))))
                .satisfies(error -> assertExceeds(error, "text"));
        assertThat(errorOf(TEXTS, (row, answer) -> {
                    // Two settings are made in the same round trip.
                    if (row.size() == 1) {
                        answer.row(row);
                    } else {
                        answer.row(row, 1, "x".repeat(5_000_000));
                    }
                }))
                .satisfies(error -> assertExceeds(error, "text"));
    }

    @Test
    void aKeyOfMoreColumnsThanAnyTableHas() throws Exception {
        assertThat(errorOf(KEYS, (row, answer) -> answer.row(row, 3, "{" + "1,".repeat(1_000_000) + "1}")))
                .satisfies(error -> assertExceeds(error, "relation-rows"));
    }

    @Test
    void twoObjectsOfOneId() throws Exception {
        assertThat(errorOf(RELATIONS, (row, answer) -> {
                    answer.row(row);
                    answer.row(row);
                }))
                .satisfies(error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
                    assertThat(error.message()).contains("under the same id");
                });
    }

    @Test
    void moreObjectsThanACrawlMayHave() throws Exception {
        fixture.limits = Limits.of(Map.of("objects", "100"));
        assertThat(errorOf(RELATIONS, (row, answer) -> {
                    for (int i = 0; i < 1_000; i++) {
                        answer.row(row, 0, String.valueOf(1_000_000 + i));
                    }
                }))
                .satisfies(error -> assertExceeds(error, "objects"));
    }

    @Test
    void noticesWithoutEnd() throws Exception {
        assertThat(errorOf(COMMENTS, (row, answer) -> {
                    for (int i = 0; i < ENDLESS; i++) {
                        answer.message('N', new byte[] {0});
                    }
                }))
                .satisfies(error -> assertExceeds(error, "answer"));
    }

    @Test
    void aValueThatPromisesMoreThanItsRowHas() throws Exception {
        assertThat(errorOf(COMMENTS, (row, answer) -> {
                    answer.message('D', new byte[] {0, 1, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff});
                    answer.flush();
                }))
                .satisfies(error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
                    assertThat(error.message()).isEqualTo(PostgresFailures.NOT_POSTGRESQL);
                });
    }

    @Test
    void anErrorOf150MegabytesAtTheLogin() throws Exception {
        try (FakeServer server = FakeServer.that((socket, fake) -> {
            var ignored = socket.getInputStream().read(new byte[1_000]);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeByte('E');
            out.writeInt(150 << 20);
            byte[] part = new byte[1 << 20];
            for (int i = 0; i < 150; i++) {
                out.write(part);
            }
        })) {
            fixture.port = server.port();
            assertThat(RunFailures.errorOf(catchThrowable(fixture::crawl)))
                    .satisfies(error -> assertExceeds(error, "row"));
        }
    }

    @Test
    void aServerThatIsTooOldIsSaidSoByAValidationAsByACrawl() throws Exception {
        try (HostileServer old = new HostileServer(CrawlFixture.server().port(), "none", (row, answer) -> {})) {
            fixture.port = old.ofVersion("11.22").port();
            assertThat(fixture.failedCrawl())
                    .isEqualTo(TaskError.of(
                            ErrorCode.UNSUPPORTED_TECHNOLOGY,
                            "the server is PostgreSQL 11.22; crawls need 12 or later"));
            assertThat(fixture.failedValidation()).isEqualTo(fixture.failedCrawl());
        }
    }

    private TaskError errorOf(String statement, HostileServer.Lie lie) throws IOException {
        try (HostileServer hostile = new HostileServer(CrawlFixture.server().port(), statement, lie)) {
            fixture.port = hostile.port();
            return RunFailures.errorOf(catchThrowable(fixture::crawl));
        }
    }

    private static void assertExceeds(TaskError error, String... limits) {
        assertThat(error.code()).as(error.message()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        assertThat(error.retryable()).isFalse();
        assertThat(limits)
                .anySatisfy(limit -> assertThat(error.message()).endsWith("(connections.worker.source." + limit + ")"));
    }
}
