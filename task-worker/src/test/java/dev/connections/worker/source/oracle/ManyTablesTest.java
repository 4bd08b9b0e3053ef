package dev.connections.worker.source.oracle;

import dev.connections.worker.source.ManyTables;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Tables whose columns, keys and comments come in several streams; with {@code -Dmany.tables=100000} it shows what they take. */
class ManyTablesTest {
    private static final int TABLES = ManyTables.count(2_000);
    private static final String DATABASE = "many_tables";

    private final OracleSourceServer server = OracleSourceServer.shared();

    @Test
    void allOfManyTablesAreFoundWithWhatBelongsToEach() throws Exception {
        server.createDatabase(DATABASE);
        server.createSchema(List.of(DATABASE, "SHOP"));
        fill();
        try {
            ObjectNode configuration =
                    server.configurations(server.port(), DATABASE).getFirst();
            ManyTables.areAllFound(server, configuration, List.of(DATABASE, "SHOP"), TABLES, "lower(name)");
        } finally {
            server.dropDatabase(DATABASE);
        }
    }

    private void fill() {
        for (String sql : List.of(
                "insert into all_objects (owner, object_name, object_type) select 'SHOP', 'T' || i, 'TABLE' from :ids",
                "insert into all_all_tables (owner, table_name) select 'SHOP', 'T' || i from :ids",
                "insert into all_tab_cols (owner, table_name, column_id, column_name, data_type, data_length, default_length,"
                        + " data_default) select 'SHOP', 'T' || i, c, 'c' || c, 'DATE', 7, length('t' || i) * (c / 4),"
                        + " case c when 4 then 't' || i end from :ids cross join generate_series(1, 4) c",
                "insert into all_constraints (owner, constraint_name, constraint_type, table_name)"
                        + " select 'SHOP', 'PK' || i, 'P', 'T' || i from :ids",
                "insert into all_cons_columns (owner, constraint_name, table_name, column_name, position)"
                        + " select 'SHOP', 'PK' || i, 'T' || i, 'c1', 1 from :ids",
                "insert into all_tab_comments (owner, table_name, table_type, comments)"
                        + " select 'SHOP', 'T' || i, 'TABLE', 'Table T' || i from :ids",
                "analyze")) {
            server.change(List.of(DATABASE), sql.replace(":ids", "generate_series(1, " + TABLES + ") i"));
        }
    }
}
