package dev.connections.worker.source.teradata;

import dev.connections.worker.source.ManyTables;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Tables whose columns and keys come in several streams; with {@code -Dmany.tables=100000} it shows what they take. */
class ManyTablesTest {
    private static final int TABLES = ManyTables.count(2_000);
    private static final String DATABASE = "many_tables";

    private final TeradataSourceServer server = TeradataSourceServer.shared();

    @Test
    void allOfManyTablesAreFoundWithWhatBelongsToEach() throws Exception {
        server.createDatabase(DATABASE);
        fill();
        try {
            ObjectNode configuration =
                    server.configurations(server.port(), DATABASE).getFirst();
            ManyTables.areAllFound(server, configuration, List.of(DATABASE), TABLES, "name");
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
