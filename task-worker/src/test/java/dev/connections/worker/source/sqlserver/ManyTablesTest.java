package dev.connections.worker.source.sqlserver;

import dev.connections.worker.source.ManyTables;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Tables whose rows, keys and comments come in several streams; with {@code -Dmany.tables=100000} it shows what they take. */
class ManyTablesTest {
    private static final int TABLES = ManyTables.count(5_000);
    private static final String DATABASE = "many_tables";

    private final SqlServerSourceServer server = SqlServerSourceServer.shared();

    @Test
    void allOfManyTablesAreFoundWithWhatBelongsToEach() throws Exception {
        server.createDatabase(DATABASE);
        fill();
        try {
            ObjectNode configuration = SqlServerSourceServer.configuration(server.port(), DATABASE, "VERIFY_FULL");
            ManyTables.areAllFound(server, configuration, List.of(DATABASE, "dbo"), TABLES, "'(' || name || ')'");
        } finally {
            server.dropDatabase(DATABASE);
        }
    }

    private void fill() {
        for (String sql : List.of(
                "insert into sys.objects (object_id, name, schema_id, type) select i, 't' || i, 1, 'U' from :ids",
                "insert into sys.tables (object_id) select i from :ids",
                "insert into sys.columns (object_id, column_id, name, default_object_id)"
                        + " select i, c, 'c' || c, c / 4 from :ids cross join generate_series(1, 4) c",
                "insert into sys.key_constraints (name, parent_object_id) select 'pk' || i, i from :ids",
                "insert into sys.index_columns (object_id, column_id, key_ordinal) select i, 1, 1 from :ids",
                "insert into sys.extended_properties (major_id, value) select i, 'Table t' || i from :ids",
                "insert into sys.default_constraints (parent_object_id, parent_column_id, definition)"
                        + " select i, 4, '(t' || i || ')' from :ids",
                "analyze")) {
            server.databases().change(DATABASE, sql.replace(":ids", "generate_series(1, " + TABLES + ") i"));
        }
    }
}
