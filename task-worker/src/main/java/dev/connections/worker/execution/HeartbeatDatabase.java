package dev.connections.worker.execution;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The heartbeat's own way to the database. What it says is short, so it can give up on a connection that is silently dead
 * long before its leases end, and no crawl can take the last connection away from it.
 */
final class HeartbeatDatabase implements AutoCloseable {
    private static final String SOCKET_TIMEOUT_S = "4";
    private static final String CONNECT_TIMEOUT_S = "2";

    private final HikariDataSource dataSource;

    HeartbeatDatabase(JdbcConnectionDetails details) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("heartbeat");
        config.setJdbcUrl(details.getJdbcUrl());
        config.setUsername(details.getUsername());
        config.setPassword(details.getPassword());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(5_000);
        config.setValidationTimeout(2_000);
        config.setInitializationFailTimeout(-1);
        // The server gives up first, so that no session waits there that nobody listens to any more.
        config.setConnectionInitSql("set lock_timeout = '2s'; set statement_timeout = '3s'");
        config.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_S);
        config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT_S);
        config.addDataSourceProperty("ApplicationName", "connections heartbeat");
        this.dataSource = new HikariDataSource(config);
    }

    JdbcClient jdbc() {
        return JdbcClient.create(dataSource);
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
