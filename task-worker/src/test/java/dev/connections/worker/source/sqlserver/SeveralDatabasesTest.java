package dev.connections.worker.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Servers with several databases, one of which may be closed to the account. */
class SeveralDatabasesTest {
    private final SqlServerSourceServer server = SqlServerSourceServer.shared();
    private static final String DATABASE = "several";
    private static final String SECOND = "several_b";
    private static final String CLOSED = "several_closed";
    private final ObjectNode configuration =
            SqlServerSourceServer.configuration(server.port(), DATABASE, "VERIFY_FULL");
    private final SourceConnection connection = new SourceConnection(server, configuration);

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(DATABASE + "*/**"), List.of());
        List.of(DATABASE, SECOND, CLOSED).forEach(server::createDatabase);
    }

    @AfterEach
    void drop() {
        connection.close();
        List.of(DATABASE, SECOND, CLOSED).forEach(server::dropDatabase);
    }

    @Test
    void severalDatabasesAreCrawledEachByItself() throws Exception {
        server.createTable(List.of(DATABASE, "dbo", "orders"), List.of("id"));
        server.createTable(List.of(SECOND, "dbo", "items"), List.of("id"));
        server.createTable(List.of(CLOSED, "dbo", "secrets"), List.of("id"));
        connection.crawlSplit();
        assertThat(connection.list("name", "type = 'TABLE'")).containsExactlyInAnyOrder("orders", "items", "secrets");
        close(CLOSED);

        List<CrawlResult> results = connection.crawlSplit();

        assertThat(results)
                .allSatisfy(result -> assertThat(result.objects().missing()).isZero());
        assertThat(results)
                .anySatisfy(result -> assertThat(result.warnings())
                        .contains("the account may not connect to database " + CLOSED + ", so it was left as it is"));
    }

    @Test
    void databasesOfAzureAreFoundFromMasterWhichDeniesThem() throws Exception {
        close(CLOSED);
        server.createTable(List.of(DATABASE, "dbo", "orders"), List.of("id"));
        server.createTable(List.of(SECOND, "dbo", "items"), List.of("id"));
        configuration.put("database", "master");
        server.databases().change("postgres", "update sys.server set edition = 5");
        try {
            assertThat(connection.validate().getLast()).isEqualTo(new Finding.Passed(null));

            List<CrawlResult> results = connection.crawlSplit();

            assertThat(connection.list("name", "type = 'TABLE'")).containsExactlyInAnyOrder("orders", "items");
            assertThat(results)
                    .anySatisfy(result -> assertThat(result.warnings())
                            .anySatisfy(
                                    warning -> assertThat(warning).startsWith("no connection to database " + CLOSED)));
        } finally {
            server.databases().change("postgres", "update sys.server set edition = 3");
        }
    }

    @Test
    void aDatabaseMayBeConfiguredInAnotherCase() throws Exception {
        configuration.put("database", "SEVERAL");

        assertThat(connection.validate().getLast()).isEqualTo(new Finding.Passed(null));
    }

    private void close(String name) {
        server.databases().postgres().execute("postgres", "comment on database " + name + " is 'CLOSED'");
    }
}
