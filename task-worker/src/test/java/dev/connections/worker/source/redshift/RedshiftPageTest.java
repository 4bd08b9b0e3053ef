package dev.connections.worker.source.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourcePage;
import dev.connections.worker.source.Sources;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What docs/sources/redshift.md and a validation ask to grant is enough on the stand-in, and a crawl costs what the page says. */
class RedshiftPageTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final RedshiftSourceServer server = RedshiftSourceServer.shared();
    private final String database = "page" + NUMBER.incrementAndGet();
    private final ObjectNode configuration =
            server.configurations(server.port(), database).getFirst();
    private final SourceConnection connection = new SourceConnection(server, configuration);

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        server.createDatabase(database);
        source("create schema shop");
    }

    @AfterEach
    void close() {
        connection.close();
        server.dropDatabase(database);
    }

    @Test
    void thePrivilegesOnThePageAreEnough() throws Exception {
        source("create table shop.orders (id int primary key)");
        source("create view shop.all_orders as select id from shop.orders");
        source("set password_encryption = 'md5'; "
                + SourcePage.blocks("redshift.md", "sql").getFirst());
        configuration.withObject("/credential").put("username", "connections").put("password", "A1 long password");

        assertThat(connection.validate())
                .allSatisfy(finding -> assertThat(finding).isNotInstanceOf(Finding.Warning.class));
        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));
        assertThat(connection.list("name", "cardinality(path) = 3")).containsExactlyInAnyOrder("all_orders", "orders");
        assertThat(connection.valueAt("detail ->> 'viewDefinition'", List.of(database, "shop", "all_orders")))
                .contains("shop.orders");
        List<String> blocks = SourcePage.blocks("redshift.md", "sql");
        assertThat(blocks).hasSize(3);
        source(blocks.get(1));
        assertThat(connection.validate().getLast()).isEqualTo(new Finding.Passed(null));
        source("drop owned by connections; drop role connections");
    }

    @Test
    void theGrantsOfAValidationCanBePasted() throws Exception {
        source("create schema " + QuotedPath.of("The \"shop\""));
        source("create table " + QuotedPath.of("The \"shop\"", "orders") + " (id int)");
        String role = readerOf("public");
        String message = String.valueOf(connection.validate().getLast().message());

        source(String.join(
                "\n", message.lines().filter(line -> line.startsWith("GRANT ")).toList()));

        assertThat(connection.validate().getLast()).isEqualTo(new Finding.Passed(null));
        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));
        assertThat(connection.list("path[2]", "type = 'TABLE'")).containsExactly("The \"shop\"");
        source("drop owned by " + role + "; drop role " + role);
    }

    @Test
    void whatTheAccountMayNotUseIsAWarning() throws Exception {
        source("create schema closed");
        source("create table closed.orders (id int)");
        source("create table shop.items (id int)");
        connection.crawl();
        String role = readerOf("shop");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings())
                .contains("the account has no USAGE privilege on schema " + database
                        + "/closed, so its inside was left as it is");
        assertThat(connection
                        .crawl(TaskInput.of(connection.idAt(List.of(database, "closed", "orders"))))
                        .objects()
                        .missing())
                .isZero();
        assertThat(connection.validate().getLast())
                .isEqualTo(new Finding.Warning("the account has no USAGE on these schemas: closed; to grant that:\n"
                        + "GRANT USAGE ON SCHEMA \"closed\" TO \"" + role + "\";"));
        assertThat(connection.list("name", "type = 'TABLE'")).containsExactly("orders", "items");
        source("drop owned by " + role + "; drop role " + role);
    }

    @Test
    void aCrawlAsksTheSameFewQuestionsHoweverManyTablesThereAre() throws Exception {
        for (int i = 0; i < 60; i++) {
            source("create table shop.t" + i + " (id int); create view shop.v" + i + " as select id from shop.t" + i);
        }
        source(
                "create schema lake; insert into pg_catalog.pg_external_schema select oid, 1, 'db', '{}' from pg_namespace"
                        + " where nspname = 'lake'");
        server.relay().takeStatements();

        connection.crawl();

        List<String> asked = server.relay().takeStatements().stream()
                .filter(statement -> statement.startsWith("select"))
                .toList();
        // Is it a cluster, databases, datashares; schemas, materialized views, relations with columns and keys, columns
        // of
        // late-binding views; an external schema; two batches of definitions.
        assertThat(asked).hasSize(10);
    }

    /** Creates a role that may use one schema, and logs in as it from now on. */
    private String readerOf(String schema) {
        String role = "reader_of_" + database;
        server.createRole(role);
        source("grant usage on schema " + schema + " to " + role);
        configuration.withObject("/credential").put("username", role);
        return role;
    }

    private void source(String sql) {
        server.execute(database, sql);
    }
}
