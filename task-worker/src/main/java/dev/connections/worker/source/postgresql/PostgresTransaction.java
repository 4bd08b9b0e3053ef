package dev.connections.worker.source.postgresql;

import dev.connections.worker.source.jdbc.ReadTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A read-only transaction in one snapshot, all of whose settings end with it: behind a pooler the session belongs to
 * others afterwards. A session's, role's or database's own settings change nothing of what it reads.
 */
final class PostgresTransaction {
    private static final String ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only";

    /**
     * Comes alone and before all others: under a path that somebody else has set, any name may be a function or operator
     * of somebody else. Temporary objects, which behind a pooler may be those of others, come last.
     */
    static final String SAFE_PATH = "select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)";

    /**
     * Constants read the same whatever the account's defaults are, and each wait, of ours and for us, is bounded. The
     * server checks that what it sends is UTF-8, which in the encoding SQL_ASCII nobody has checked before.
     */
    private static final String SETTINGS = """
            select set_config(name, value, true)
              from (values ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'),
                           ('bytea_output', 'hex'), ('quote_all_identifiers', 'off'), ('extra_float_digits', '1'),
                           ('standard_conforming_strings', 'on'), ('lc_monetary', 'C'), ('xmlbinary', 'base64'),
                           ('jit', 'off'), ('client_encoding', 'SQL_ASCII'),
                           ('lock_timeout', ':lock'), ('statement_timeout', ':statement'),
                           ('idle_in_transaction_session_timeout', '300000'), ('transaction_timeout', '0'))
                   as wanted (name, value)
             where name in (select s.name from pg_settings s)
               and (name <> 'client_encoding' or current_setting('server_encoding') = 'SQL_ASCII')
            """;

    /** Only catalogs are read, which hardly anything locks. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(15);

    private PostgresTransaction() {}

    /** Reads in a transaction of its own, on a connection that is in auto-commit mode before and after. */
    static <T extends @Nullable Object> T reading(Connection connection, ReadTransaction.Reading<T> reading)
            throws SQLException {
        return ReadTransaction.of(connection, () -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(ONE_SNAPSHOT);
                statement.execute(SAFE_PATH);
                statement.execute(settings(LOCK_TIMEOUT, STATEMENT_TIMEOUT));
            }
            return reading.read();
        });
    }

    /** The statement that makes the settings of a transaction, after {@link #SAFE_PATH}. */
    static String settings(Duration lockTimeout, Duration statementTimeout) {
        return SETTINGS.replace(":lock", String.valueOf(lockTimeout.toMillis()))
                .replace(":statement", String.valueOf(statementTimeout.toMillis()));
    }
}
