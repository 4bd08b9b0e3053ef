package dev.connections.worker.source.databricks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourcePage;
import dev.connections.worker.source.databricks.WorkspaceStub.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What a validation says of a stand-in for a workspace. */
class DatabricksValidationTest {
    private final WorkspaceServer server = WorkspaceServer.shared();
    private final WorkspaceStub stub = server.stub();
    private final String catalog = "validated";
    private final List<SourceConnection> connections = new ArrayList<>();
    private final SourceConnection connection =
            connection(server.configurations(server.port(), catalog).getFirst());

    @BeforeEach
    void create() {
        stub.catalog(catalog);
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        connections.forEach(SourceConnection::close);
        stub.drop(List.of(catalog));
    }

    @Test
    void aValidationNamesWhatIsAmiss() throws Exception {
        assertThat(connection.validate())
                .allSatisfy(finding -> assertThat(finding).isNotInstanceOf(Finding.Warning.class));
        ObjectNode configuration =
                server.configurations(server.port(), catalog).getFirst().put("catalog", "nowhere");
        assertThat(connection(configuration).validate().getLast().message()).contains("the configured catalog");
        stub.script = path -> new Refusal(200, "{\"catalogs\": [{\"name\": \"system\"}]}");
        assertThat(connection.failedValidation().message()).contains("GRANT BROWSE ON CATALOG");
    }

    @Test
    void aValidationSaysThatColumnsStayHiddenAndWhatToGrant() throws Exception {
        stub.schema(List.of(catalog, "empty"));
        stub.schema(List.of(catalog, "shop"));
        ObjectNode orders = stub.table(List.of(catalog, "shop", "orders"), "MANAGED");
        WorkspaceStub.column(orders, "id", "int");
        assertThat(connection.validate().getLast()).isInstanceOf(Finding.Passed.class);

        orders.remove("columns");
        assertThat(connection.validate().getLast())
                .isEqualTo(new Finding.Warning(
                        "a crawl will read no columns, of at least one table: GRANT USE CATALOG, USE SCHEMA,"
                                + " SELECT ON CATALOG <catalog> TO <account>"));

        stub.script = path -> path.contains("/schemas") ? Refusal.of(403, "PERMISSION_DENIED", "no BROWSE") : null;
        assertThat(connection.validate().getLast().message()).contains("GRANT BROWSE ON CATALOG <catalog>");
    }

    /** The catalog would just have no keys, and nobody would know why. */
    @Test
    void aValidationSaysThatKeysWillBeMissingAndWhatToGrant() throws Exception {
        String grants = "GRANT USE CATALOG, USE SCHEMA, SELECT ON CATALOG ";
        ObjectNode without = server.configurations(server.port(), catalog)
                .getFirst()
                .put("httpPath", "sql/protocolv1/o/1/0123-cluster");
        assertThat(connection(without).validate().getLast())
                .isEqualTo(new Finding.Warning(keysWillBeMissing(
                        "the connection's httpPath leads to none (/sql/1.0/warehouses/<id>); with one, ")));
        for (String at : List.of("/warehouses/", "/statements")) {
            stub.script = path -> path.contains(at) ? Refusal.of(403, "PERMISSION_DENIED", "no CAN USE") : null;
            assertThat(connection.validate().getLast())
                    .isEqualTo(new Finding.Warning(keysWillBeMissing(
                            "the workspace refused the one of the connection's httpPath (no CAN USE); ")));
        }
        assertThat(keysWillBeMissing("")).contains(grants);
        assertThat(SourcePage.blocks("databricks.md", "sql"))
                .anySatisfy(block -> assertThat(block).contains(grants));
        assertThat(SourcePage.blocks("databricks.md", "sh"))
                .anySatisfy(block -> assertThat(block).contains("CAN_USE"));
        stub.script = path -> path.contains("/warehouses/") ? Refusal.of(403, "403", "Invalid access token.") : null;
        assertThat(connection.failedValidation().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }

    private static String keysWillBeMissing(String why) {
        return "a crawl will read no primary and foreign keys, which need a SQL warehouse: " + why
                + "give the account CAN USE on the warehouse, and GRANT USE CATALOG, USE SCHEMA, SELECT ON CATALOG"
                + " <catalog> TO <account>; docs/sources/databricks.md has the commands";
    }

    @Test
    void aValidationStartsNoWarehouse() throws Exception {
        WarehouseStub warehouse = stub.warehouse();
        warehouse.sent.clear();
        warehouse.state = "STOPPED";
        try {
            assertThat(connection.validate().getLast())
                    .isEqualTo(
                            new Finding.Passed("the SQL warehouse does not run now (STOPPED); a crawl starts none, and"
                                    + " reads primary and foreign keys only while it runs"));
            assertThat(warehouse.sent).isEmpty();
        } finally {
            warehouse.state = "RUNNING";
        }
    }

    private SourceConnection connection(ObjectNode configuration) {
        SourceConnection made = new SourceConnection(server, configuration);
        made.settings = CatalogFixture.settings(List.of(catalog + "/**"), List.of());
        connections.add(made);
        return made;
    }
}
