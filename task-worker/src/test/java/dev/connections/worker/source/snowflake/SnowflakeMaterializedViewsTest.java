package dev.connections.worker.source.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.snowflake.AccountStub.Refusal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The texts of materialized views, which a SHOW command lists and the Information Schema does not. */
class SnowflakeMaterializedViewsTest {
    private static final String DATABASE = "STORED";
    private static final List<String> SHOP = List.of(DATABASE, "SHOP");
    private static final List<String> TOTALS = List.of(DATABASE, "SHOP", "TOTALS");
    private static final String TEXT = "create materialized view TOTALS as select count(*) as N from ORDERS";

    private final AccountServer server = AccountServer.shared();
    private final AccountStub stub = server.stub();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), DATABASE).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
        server.createDatabase(DATABASE);
        server.createSchema(SHOP);
        server.createTable(TOTALS, List.of("N"));
        server.change(SHOP, "update \"TABLES\" set \"TABLE_TYPE\" = 'MATERIALIZED VIEW'");
        server.change(SHOP, "insert into \"materialized\" values ('SHOP', 'TOTALS', ?)", TEXT);
        stub.statements.clear();
    }

    @AfterEach
    void close() {
        stub.script = sql -> null;
        connection.close();
        server.dropDatabase(DATABASE);
    }

    /** docs/sources/snowflake.md says how many statements. */
    @Test
    void oneCommandListsThem() throws Exception {
        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(text()).isEqualTo(TEXT);
        assertThat(stub.sent())
                .filteredOn(sql -> sql.contains("views in"))
                .containsExactly("show materialized views in schema \"STORED\".\"SHOP\"");
        assertThat(stub.sent()).noneMatch(sql -> sql.contains("\"VIEWS\""));
    }

    @Test
    void moreThanOneCommandListsAreReadSchemaBySchema() throws Exception {
        server.createSchema(List.of(DATABASE, "OTHER"));
        server.change(SHOP, "delete from \"materialized\"");
        server.change(
                SHOP,
                "insert into \"materialized\" select 'OTHER', 'V' || i, 'create' from generate_series(1, 10000) i");
        server.change(SHOP, "insert into \"materialized\" values ('SHOP', 'TOTALS', ?)", TEXT);

        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(text()).isEqualTo(TEXT);
        assertThat(stub.sent())
                .filteredOn(sql -> sql.contains("views in"))
                .containsExactlyInAnyOrder(
                        "show materialized views in database \"STORED\"",
                        "show materialized views in schema \"STORED\".\"OTHER\"",
                        "show materialized views in schema \"STORED\".\"SHOP\"");
    }

    @Test
    void whatIsHiddenOrRefusedKeepsTheKnownText() throws Exception {
        connection.crawl();
        server.change(SHOP, "update \"materialized\" set \"text\" = ''");
        assertKept();
        stub.script = sql -> sql.startsWith("show materialized") ? Refusal.of("002003", "not authorized") : null;
        assertKept();
    }

    private void assertKept() throws Exception {
        assertThat(connection.crawl().warnings())
                .contains("the definitions of these views of database STORED could not be read, so what is known of"
                        + " them was kept: \"SHOP\".\"TOTALS\"");
        assertThat(text()).isEqualTo(TEXT);
    }

    private String text() {
        return String.valueOf(connection.valueAt("detail ->> 'viewDefinition'", TOTALS));
    }
}
