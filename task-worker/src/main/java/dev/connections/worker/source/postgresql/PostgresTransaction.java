package dev.connections.worker.source.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A read-only transaction in one snapshot, all of whose settings end with it: behind a pooler the session belongs to
 * others afterwards. A session's, role's or database's own settings change nothing of what it reads.
 */
final class PostgresTransaction implements AutoCloseable {
    private static final String ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only";

    /**
     * Comes alone and before all others: under a path that somebody else has set, any name may be a function or operator
     * of somebody else. Temporary objects, which behind a pooler may be those of others, come last.
     */
    static final String SAFE_PATH = "select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)";

    /** Constants read the same whatever the account's defaults are, and each wait, of ours and for us, is bounded. */
    private static final String SETTINGS = """
            select set_config(name, value, true)
              from (values ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'),
                           ('bytea_output', 'hex'), ('quote_all_identifiers', 'off'), ('extra_float_digits', '1'),
                           ('standard_conforming_strings', 'on'), ('lc_monetary', 'C'), ('xmlbinary', 'base64'),
                           ('jit', 'off'), ('lock_timeout', '%d'), ('statement_timeout', '%d'),
                           ('idle_in_transaction_session_timeout', '300000'), ('transaction_timeout', '0'))
                   as wanted (name, value)
             where name in (select s.name from pg_settings s)
            """;

    /** Only catalogs are read, which hardly anything locks. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(15);

    private final Connection connection;

    private PostgresTransaction(Connection connection) {
        this.connection = connection;
    }

    /** Begins a transaction on a connection in auto-commit mode, which is in that mode again when it ends. */
    static PostgresTransaction begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        PostgresTransaction transaction = new PostgresTransaction(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute(ONE_SNAPSHOT);
            statement.execute(SAFE_PATH);
            statement.execute(settings(LOCK_TIMEOUT, STATEMENT_TIMEOUT));
            return transaction;
        } catch (SQLException e) {
            transaction.close();
            throw e;
        }
    }

    /** The statement that makes the settings of a transaction, after {@link #SAFE_PATH}. */
    static String settings(Duration lockTimeout, Duration statementTimeout) {
        return SETTINGS.formatted(lockTimeout.toMillis(), statementTimeout.toMillis());
    }

    /** Ends the transaction; there is nothing to commit. */
    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
