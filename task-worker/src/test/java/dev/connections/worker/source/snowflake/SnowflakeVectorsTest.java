package dev.connections.worker.source.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.snowflake.AccountStub.Refusal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Vectors, whose types the Information Schema shows without what is in them, and a DESCRIBE with that. */
class SnowflakeVectorsTest {
    private static final String DATABASE = "VECTORS";

    private final AccountServer server = AccountServer.shared();
    private final AccountStub stub = server.stub();
    private final List<String> texts = List.of(DATABASE, "SHOP", "TE\"XTS");
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), DATABASE).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
        server.createDatabase(DATABASE);
        server.createSchema(texts.subList(0, 2));
        server.createTable(texts, List.of("ID", "EMBEDDING", "PIXELS"));
        server.createTable(List.of(DATABASE, "SHOP", "PLAIN"), List.of("ID"));
        server.change(
                texts,
                "update \"COLUMNS\" set \"DATA_TYPE\" = 'VECTOR', \"NUMERIC_PRECISION\" = null,"
                        + " \"NUMERIC_SCALE\" = null where \"COLUMN_NAME\" in ('EMBEDDING', 'PIXELS')");
        describe("VECTOR(FLOAT, 256)");
        server.change(
                texts,
                "insert into \"described\" values ('SHOP', 'TE\"XTS', 'PIXELS', 'VECTOR(INT, 16)'),"
                        + " ('SHOP', 'TE\"XTS', 'ID', 'NUMBER(38,0)')");
        stub.statements.clear();
    }

    private void describe(String embedding) {
        server.change(texts, "delete from \"described\" where \"name\" = 'EMBEDDING'");
        server.change(texts, "insert into \"described\" values ('SHOP', 'TE\"XTS', 'EMBEDDING', ?)", embedding);
    }

    @AfterEach
    void close() {
        stub.script = sql -> null;
        connection.close();
        server.dropDatabase(DATABASE);
    }

    /** docs/sources/snowflake.md says how many statements. */
    @Test
    void eachTableWithVectorsIsDescribedOnce() throws Exception {
        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));
        assertThat(types())
                .containsExactly("NUMBER(38,0) INTEGER", "VECTOR(FLOAT, 256) VECTOR", "VECTOR(INT, 16) VECTOR");
        assertThat(stub.sent())
                .filteredOn(sql -> sql.startsWith("describe"))
                .containsExactly("describe table \"VECTORS\".\"SHOP\".\"TE\"\"XTS\"");
        assertThat(connection.crawl().objects().updated()).isZero();
    }

    @Test
    void aVectorOfAnotherLengthIsAChange() throws Exception {
        connection.crawl();
        describe("VECTOR(FLOAT, 512)");
        assertThat(connection.crawl().objects().updated()).isEqualTo(1);
        assertThat(types()).contains("VECTOR(FLOAT, 512) VECTOR");
    }

    @Test
    void aDescriptionThatIsRefusedIsAWarning() throws Exception {
        stub.script = sql -> sql.startsWith("describe") ? Refusal.of("002003", "not authorized") : null;

        CrawlResult result = connection.crawl();

        assertThat(types()).containsExactly("NUMBER(38,0) INTEGER", "VECTOR VECTOR", "VECTOR VECTOR");
        assertThat(result.warnings())
                .contains("these tables of database VECTORS could not be described, so what is in their vectors is not"
                        + " known: SHOP/TE\"XTS");
        stub.script = sql -> sql.startsWith("describe") ? Refusal.of("390189", "the role is gone") : null;
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }

    /** As a type, only what one is written as is taken. */
    @Test
    void whatDescribesNoVectorIsPassedOver() throws Exception {
        describe("VECTOR(" + "x".repeat(3_000) + ")");
        connection.crawl();
        assertThat(types()).containsExactly("NUMBER(38,0) INTEGER", "VECTOR VECTOR", "VECTOR(INT, 16) VECTOR");
    }

    private List<String> types() {
        return connection.columns(texts, "(c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')");
    }
}
