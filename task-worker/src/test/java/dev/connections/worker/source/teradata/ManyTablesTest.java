package dev.connections.worker.source.teradata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables whose columns and keys come in several streams; with {@code -Dmany.tables=100000} it shows what they take. */
class ManyTablesTest {
    private static final int TABLES = Integer.getInteger("many.tables", 2_000);
    private static final String DATABASE = "many_tables";

    private final TeradataSourceServer server = TeradataSourceServer.shared();

    @Test
    void allOfManyTablesAreFoundWithWhatBelongsToEach() throws Exception {
        server.createDatabase(DATABASE);
        fill();
        try (SourceConnection connection = new SourceConnection(
                server, server.configurations(server.port(), DATABASE).getFirst())) {
            connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
            assertThat(connection.crawl().objects().created()).isEqualTo(TABLES + 1);
            assertThat(connection.list(
                            "name",
                            "cardinality(path) = 2 and (description, detail #>> '{primaryKey,0}', column_names::text,"
                                    + " detail #>> '{columns,3,defaultValue}')"
                                    + " is distinct from ('Table ' || name, 'c1', '{c1,c2,c3,c4}', name)"))
                    .isEmpty();
        } finally {
            server.dropDatabase(DATABASE);
        }
    }

    private void fill() {
        for (String sql : List.of(
                "insert into dbc.tablesv (databasename, tablename, tablekind, commitopt, commentstring, createtimestamp,"
                        + " lastaltertimestamp) select ':database', 't' || i, 'T', 'N', 'Table t' || i,"
                        + " '2024-01-02 03:04:05', '2024-01-02 03:04:05' from :ids",
                "insert into dbc.all_columns (databasename, tablename, columnid, columnname, columntype, columnlength, nullable,"
                        + " defaultvalue) select ':database', 't' || i, 1024 + c, 'c' || c, 'I', 4, 'Y',"
                        + " case c when 4 then 't' || i end from :ids cross join generate_series(1, 4) c",
                "insert into dbc.indicesv (databasename, tablename, indexnumber, indextype, columnname, columnposition)"
                        + " select ':database', 't' || i, 1, 'K', 'c1', 1 from :ids",
                "analyze")) {
            server.change(
                    sql.replace(":ids", "generate_series(1, " + TABLES + ") i").replace(":database", DATABASE));
        }
    }
}
