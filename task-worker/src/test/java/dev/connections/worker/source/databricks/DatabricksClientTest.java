package dev.connections.worker.source.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.core.DatabricksConfig;
import com.databricks.sdk.core.DatabricksError;
import com.databricks.sdk.core.commons.CommonsHttpClient;
import com.databricks.sdk.service.catalog.CatalogInfo;
import com.databricks.sdk.service.catalog.ColumnInfo;
import com.databricks.sdk.service.catalog.ListCatalogsRequest;
import com.databricks.sdk.service.catalog.SchemaInfo;
import com.databricks.sdk.service.catalog.TableInfo;
import com.databricks.sdk.service.catalog.TableType;
import com.databricks.sdk.service.sql.Disposition;
import com.databricks.sdk.service.sql.ExecuteStatementRequest;
import com.databricks.sdk.service.sql.Format;
import com.databricks.sdk.service.sql.State;
import com.databricks.sdk.service.sql.StatementParameterListItem;
import com.databricks.sdk.service.sql.StatementResponse;
import com.databricks.sdk.service.sql.StatementState;
import dev.connections.worker.source.StubCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Databricks' own client understands the stand-in, of which it asks what the crawler asks. */
class DatabricksClientTest {
    private static final String CATALOG = "own_client";

    private final WorkspaceServer server = WorkspaceServer.shared();
    private final WorkspaceStub stub = server.stub();
    private final WarehouseStub warehouse = stub.warehouse();

    @BeforeEach
    void create() {
        stub.hasEmptyPages = false;
        stub.catalog(CATALOG);
        stub.schema(List.of(CATALOG, "shop"));
        for (int i = 0; i < 5; i++) {
            server.createTable(List.of(CATALOG, "shop", "t" + i), List.of("id", "total"));
        }
        server.createView(List.of(CATALOG, "shop", "v"), "t0");
    }

    @AfterEach
    void drop() {
        stub.hasEmptyPages = true;
        warehouse.dropKeys(CATALOG);
        stub.drop(List.of(CATALOG));
    }

    /** Without empty pages, at which it ends a list, though the reference of the API says that there may be some. */
    @Test
    void listsAreReadPageByPage() throws Exception {
        WorkspaceClient client = client(WorkspaceStub.TOKEN);
        assertThat(client.catalogs().list(new ListCatalogsRequest().setMaxResults(0L)))
                .extracting(CatalogInfo::getName)
                .contains(CATALOG);
        assertThat(client.schemas().list(CATALOG))
                .extracting(SchemaInfo::getName)
                .containsExactly("shop");
        List<TableInfo> tables = new ArrayList<>();
        client.tables().list(CATALOG, "shop").forEach(tables::add);
        assertThat(tables).extracting(TableInfo::getName).containsExactly("t0", "t1", "t2", "t3", "t4", "v");
        assertThat(tables).first().satisfies(table -> {
            assertThat(table.getTableType()).isEqualTo(TableType.MANAGED);
            assertThat(table.getTableId()).isNotEmpty();
            assertThat(table.getCreatedAt()).isEqualTo(1_700_000_000_000L);
            assertThat(table.getColumns())
                    .extracting(ColumnInfo::getName, ColumnInfo::getTypeText, ColumnInfo::getPosition)
                    .contains(tuple("id", "int", 0L));
        });
        assertThat(tables).last().extracting(TableInfo::getViewDefinition).isEqualTo("select * from t0");
    }

    @Test
    void statementsAreAskedForUntilTheyEndAndTheirRowsChunkByChunk() throws Exception {
        for (int i = 0; i < 4; i++) {
            warehouse.primaryKey(List.of(CATALOG, "shop", "t" + i), "pk" + i, List.of("id"));
        }
        WorkspaceClient client = client(WorkspaceStub.TOKEN);
        assertThat(client.warehouses().get(WarehouseStub.ID).getState()).isEqualTo(State.RUNNING);
        StatementResponse begun = client.statementExecution()
                .executeStatement(new ExecuteStatementRequest()
                        .setWarehouseId(WarehouseStub.ID)
                        .setStatement("select constraint_name from system.information_schema.key_column_usage"
                                + " where table_catalog = :catalog order by 1")
                        .setParameters(List.of(new StatementParameterListItem()
                                .setName("catalog")
                                .setValue(CATALOG)
                                .setType("STRING")))
                        .setWaitTimeout("0s")
                        .setDisposition(Disposition.INLINE)
                        .setFormat(Format.JSON_ARRAY));
        assertThat(begun.getStatus().getState()).isEqualTo(StatementState.PENDING);
        StatementResponse ended = await().until(
                        () -> client.statementExecution().getStatement(begun.getStatementId()),
                        it -> it.getStatus().getState() == StatementState.SUCCEEDED);
        assertThat(ended.getManifest().getTotalRowCount()).isEqualTo(4);
        assertThat(ended.getResult().getDataArray()).containsExactly(List.of("pk0"), List.of("pk1"), List.of("pk2"));
        long next = Objects.requireNonNull(ended.getResult().getNextChunkIndex());
        assertThat(client.statementExecution()
                        .getStatementResultChunkN(begun.getStatementId(), next)
                        .getDataArray())
                .containsExactly(List.of("pk3"));
    }

    @Test
    void whoIsNotKnownIsAnErrorOfItsOwn() throws Exception {
        WorkspaceClient client = client("wr0ng");
        assertThatExceptionOfType(DatabricksError.class)
                .isThrownBy(() -> client.schemas().list(CATALOG).iterator().next())
                .satisfies(e -> assertThat(e.getStatusCode()).isEqualTo(403));
    }

    private WorkspaceClient client(String token) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, StubCertificate.shared().trustManagers(), null);
        return new WorkspaceClient(new DatabricksConfig()
                .setHost("https://localhost:" + server.port())
                .setAuthType("pat")
                .setToken(token)
                .setHttpClient(new CommonsHttpClient.Builder()
                        .withTimeoutSeconds(30)
                        // The builder's own setter for TLS is passed over by the pool that it makes.
                        .withConnectionManager(
                                new PoolingHttpClientConnectionManager(RegistryBuilder.<ConnectionSocketFactory>create()
                                        .register("https", new SSLConnectionSocketFactory(context))
                                        .build()))
                        .build()));
    }
}
