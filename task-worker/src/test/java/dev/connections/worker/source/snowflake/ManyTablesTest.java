package dev.connections.worker.source.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.snowflake.AccountStub.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows of many tables in parts that are made one by one, of which each second one is empty. With {@code -Dmany.tables=100000}
 * in a heap of 64 MB this shows that what a crawl holds does not grow with them; in the normal build it shows that they are
 * all read.
 */
class ManyTablesTest {
    private static final int TABLES = Integer.getInteger("many.tables", 2_000);
    private static final int TABLES_OF_PART = 500;
    private static final int COLUMNS = 4;
    private static final String DATABASE = "MANY_TABLES";

    private final AccountServer server = AccountServer.shared();
    private final AccountStub stub = server.stub();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), DATABASE).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
        server.createDatabase(DATABASE);
        server.createSchema(List.of(DATABASE, "SHOP"));
        stub.statements.clear();
        stub.script = sql -> sql.contains("\"TABLES\"") ? new Refusal(200, first().toString()) : null;
        stub.partitions = query -> query.startsWith("partition=")
                ? new Refusal(200, part(Integer.parseInt(query.substring(10))).toString())
                : null;
    }

    @AfterEach
    void close() {
        stub.script = sql -> null;
        stub.partitions = query -> null;
        connection.close();
        server.dropDatabase(DATABASE);
    }

    /** docs/sources/snowflake.md says how many statements. */
    @Test
    void allAreFoundWithWhatBelongsToEach() throws Exception {
        assertThat(connection.crawl().objects().created()).isEqualTo(TABLES + 2);
        assertThat(connection.list(
                        "name",
                        "cardinality(path) = 3 and (column_names::text, description)"
                                + " is distinct from ('{C1,C2,C3,C4}', 'Table ' || name)"))
                .isEmpty();
        // Without the definitions of views, as there are none.
        assertThat(stub.sent()).hasSize(1 + 4);
        assertThat(connection.crawl().objects().unchanged()).isEqualTo(TABLES + 2);
    }

    private static ObjectNode first() {
        ObjectNode answer = part(0).put("code", "090001").put("statementHandle", AccountStub.HANDLE);
        ObjectNode metaData = answer.putObject("resultSetMetaData").put("numRows", TABLES * COLUMNS);
        for (int i = 0; i < SnowflakeSql.RELATIONS_SELECTED; i++) {
            metaData.withArray("/rowType").addObject().put("name", "C" + i);
        }
        for (int i = 0; i < 2 * TABLES / TABLES_OF_PART; i++) {
            metaData.withArray("/partitionInfo").addObject();
        }
        return answer;
    }

    private static ObjectNode part(int number) {
        ObjectNode part = Json.object();
        ArrayNode rows = part.putArray("data");
        int from = number / 2 * TABLES_OF_PART;
        int to = number % 2 == 0 ? Math.min(from + TABLES_OF_PART, TABLES) : from;
        for (int i = from; i < to; i++) {
            for (int column = 1; column <= COLUMNS; column++) {
                ArrayNode row = rows.addArray();
                Arrays.stream(row(String.format(Locale.ROOT, "T%07d", i), column))
                        .forEach(row::add);
            }
        }
        return part;
    }

    private static @Nullable String[] row(String table, int column) {
        @Nullable String[] row = new @Nullable String[SnowflakeSql.RELATIONS_SELECTED];
        List<String> begin = List.of("SHOP", table, "BASE TABLE", "NO", "NO", "NO", "", "", "Table " + table);
        for (int i = 0; i < begin.size(); i++) {
            row[i] = begin.get(i);
        }
        row[9] = String.valueOf(column);
        row[10] = "C" + column;
        row[11] = "DATE";
        return row;
    }
}
