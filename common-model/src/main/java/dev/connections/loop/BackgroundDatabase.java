package dev.connections.loop;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The pool of the background loops. Requests and runs have another one, so however many of them wait for a connection or
 * a lock, commands are relayed and claimed, runs are swept, and schedules start.
 *
 * <p>What a loop waits for ends on the server before the client gives up, so that a session is not left behind while its
 * successor already waits beside it. All limits together are far below the longest round of a {@link Loop}.
 */
public final class BackgroundDatabase implements AutoCloseable {
    /** One for each thread that uses it: the relays, the bell, and the loops of an API process or a worker's lanes. */
    public static final int SIZE = 8;

    private static final int CONNECT_S = 5;
    private static final int STATEMENT_S = 25;
    private static final int SOCKET_S = 30;

    /** Only some platforms let PostgreSQL look for a client that has gone while a statement runs. */
    private static final String SETTINGS = """
            set statement_timeout = '%d s';
            set lock_timeout = '10 s';
            set idle_in_transaction_session_timeout = '15 s';
            do $$ begin
                perform set_config('client_connection_check_interval', '5s', false);
            exception when invalid_parameter_value then null;
            end $$
            """.formatted(STATEMENT_S);

    private final HikariDataSource pool;

    /** Opens its first session when it is first used; its sessions are called "connections background". */
    public BackgroundDatabase(JdbcConnectionDetails details) {
        this.pool = new HikariDataSource(config(details));
    }

    static HikariConfig config(JdbcConnectionDetails details) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("background");
        config.setJdbcUrl(details.getJdbcUrl());
        config.setUsername(details.getUsername());
        config.setPassword(details.getPassword());
        config.setMaximumPoolSize(SIZE);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_S * 1_000L);
        config.setValidationTimeout(2_000);
        config.setInitializationFailTimeout(-1);
        config.setConnectionInitSql(SETTINGS);
        // Texts: the driver takes no notice of anything else.
        config.addDataSourceProperty("connectTimeout", Integer.toString(CONNECT_S));
        config.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_S));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("ApplicationName", "connections background");
        return config;
    }

    /** Takes a connection of the pool for each statement, or the one of the thread's transaction. */
    public JdbcClient jdbc() {
        return JdbcClient.create(pool);
    }

    /** Runs transactions that the statements of {@link #jdbc} join. */
    public TransactionTemplate transaction() {
        return new TransactionTemplate(new JdbcTransactionManager(pool));
    }

    @Override
    public void close() {
        pool.close();
    }
}
