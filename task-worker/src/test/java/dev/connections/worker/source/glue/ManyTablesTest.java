package dev.connections.worker.source.glue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.glue.GlueStub.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list of many tables, made page by page. With {@code -Dmany.tables=100000} in a heap of 64 MB this shows that what a crawl
 * holds does not grow with them; in the normal build it shows that they are all read.
 */
class ManyTablesTest {
    private static final int TABLES = Integer.getInteger("many.tables", 2_000);
    private static final String DATABASE = "many_tables";

    private final GlueServer server = GlueServer.shared();
    private final GlueStub stub = server.stub();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), DATABASE).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
        stub.database(DATABASE);
        stub.requests.clear();
        stub.script = ManyTablesTest::page;
    }

    @AfterEach
    void close() {
        stub.script = (action, asked) -> null;
        connection.close();
        stub.drop(List.of(DATABASE));
    }

    /** docs/sources/glue.md says how many requests. */
    @Test
    void allAreFoundWithWhatBelongsToEach() throws Exception {
        assertThat(connection.crawl().objects().created()).isEqualTo(TABLES + 1);
        assertThat(connection.list(
                        "name",
                        "cardinality(path) = 2 and (column_names::text, remote_format)"
                                + " is distinct from ('{id,day,item,total}', 'parquet')"))
                .isEmpty();
        assertThat(stub.requests.stream().filter(request -> request.startsWith("GetTables")))
                .hasSize(TABLES / 20);
        assertThat(connection.crawl().objects().unchanged()).isEqualTo(TABLES + 1);
    }

    private static @Nullable Refusal page(String action, ObjectNode asked) {
        if (!action.equals("GetTables")) {
            return null;
        }
        int from = Integer.parseInt(asked.path("NextToken").stringValue("0"));
        int to = Math.min(from + asked.path("MaxResults").intValue(), TABLES);
        ObjectNode page = Json.object();
        for (int i = from; i < to; i++) {
            ObjectNode table = page.withArray("/TableList")
                    .addObject()
                    .put("Name", "t" + i)
                    .put("TableType", "EXTERNAL_TABLE")
                    .put("UpdateTime", 1_700_000_000.25);
            table.putObject("Parameters").put("classification", "parquet");
            List.of("id", "day", "item", "total").forEach(column -> GlueStub.column(table, column, "int"));
        }
        if (to < TABLES) {
            page.put("NextToken", String.valueOf(to));
        }
        return new Refusal(200, page.toString());
    }
}
