package dev.connections.worker.source.snowflake;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.TableKeys;
import java.net.ProtocolException;
import java.util.List;

/**
 * Reads the keys of one database, or of one schema: Snowflake's Information Schema has no columns of them, and its SHOW
 * commands list ten thousand at most.
 */
final class SnowflakeKeys {
    private final SnowflakeSession session;
    private final TableKeys keys;

    private SnowflakeKeys(SnowflakeSession session, SourceLimits limits) {
        this.session = session;
        this.keys = new TableKeys(limits);
    }

    /**
     * Reads them, by the tables' quoted paths below their database.
     *
     * @throws StatementFailedException where there are more than Snowflake lists, and for whatever else it refuses
     */
    static TableKeys read(SnowflakeSession session, SnowflakeSql.Scope scope, SourceLimits limits) throws Exception {
        SnowflakeKeys reader = new SnowflakeKeys(session, limits);
        reader.read(scope.keys("primary"), reader::addPrimary);
        reader.read(scope.keys("imported"), reader::addForeign);
        return reader.keys;
    }

    /** Takes a row. */
    private interface Rows {
        void add(SnowflakeRows row) throws ProtocolException;
    }

    private void read(SnowflakeSql.Statement statement, Rows rows) throws Exception {
        int parts = 0;
        try (SnowflakeRows shown = session.query(statement)) {
            while (shown.next()) {
                rows.add(shown);
                parts++;
                if (parts >= SnowflakeSql.MOST_SHOWN) {
                    throw StatementFailedException.tooMuch();
                }
            }
        }
    }

    private void addPrimary(SnowflakeRows row) throws ProtocolException {
        keys.add(
                QuotedPath.of(row.text("schema_name"), row.text("table_name")),
                TableKeys.Part.ofPrimary(row.text("constraint_name"), sequence(row), row.text("column_name")));
    }

    private void addForeign(SnowflakeRows row) throws ProtocolException {
        keys.add(
                QuotedPath.of(row.text("fk_schema_name"), row.text("fk_table_name")),
                new TableKeys.Part(
                        row.text("fk_name"),
                        sequence(row),
                        row.text("fk_column_name"),
                        List.of(row.text("pk_database_name"), row.text("pk_schema_name"), row.text("pk_table_name")),
                        row.text("pk_column_name")));
    }

    private static long sequence(SnowflakeRows row) throws ProtocolException {
        String sent = row.text("key_sequence");
        return sent.matches("[0-9]{1,9}") ? Long.parseLong(sent) : Long.MAX_VALUE;
    }
}
