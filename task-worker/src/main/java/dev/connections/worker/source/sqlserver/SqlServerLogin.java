package dev.connections.worker.source.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import com.microsoft.sqlserver.jdbc.SQLServerException;
import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.Secret;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.jdbc.JdbcDialect;
import dev.connections.worker.source.jdbc.StoppableConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * Logs in with a user and a password, the only way that is open; nothing that a user gave becomes part of a URL or chooses
 * a class. The protocol has no proof of a password: the server gets the password itself, so it is verified first. Of files
 * the driver looks for one only, beside its own jar.
 */
final class SqlServerLogin {
    private static final String APPLICATION_NAME = "applicationName";
    private static final String MULTI_SUBNET_FAILOVER = "multiSubnetFailover";
    /** In characters; the run's id follows the name. */
    private static final int LONGEST_NAME = 128;
    /** Which part of its timeout the driver gives the first attempt where it dials all addresses at once. */
    private static final double FIRST_ATTEMPT = 0.08;
    /** In seconds, that the driver takes. */
    private static final int LONGEST_TIMEOUT = 65_535;

    /**
     * No wait for somebody's lock is long, and of two sessions that wait for each other this one gives way. Metadata is read
     * as it was committed; servers have no other isolation for it.
     */
    private static final String SETTINGS =
            "set lock_timeout 1000; set deadlock_priority low; set transaction isolation level read committed";

    private SqlServerLogin() {}

    static Connection connect(JdbcDialect.Login login) throws SQLException {
        if (!login.server().tlsMode().isVerified()) {
            throw new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, SqlServerFailures.NOT_VERIFIED, null);
        }
        Connection connection = logIn(login);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
            return StoppableConnection.of(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection logIn(JdbcDialect.Login login) throws SQLException {
        Properties properties = properties(login);
        SqlServerSockets.Attempt attempt = new SqlServerSockets.Attempt();
        try {
            return attempt.logIn(() -> new SQLServerDriver().connect("jdbc:sqlserver://", properties));
        } catch (SQLServerException e) {
            IOException failure = attempt.failure();
            if (failure != null && e.getSQLServerError() == null && e.getCause() == null) {
                e.initCause(failure);
            }
            throw e;
        }
    }

    private static Properties properties(JdbcDialect.Login login) {
        DatabaseServer server = login.server();
        Properties properties = new Properties();
        properties.setProperty("serverName", login.host().name());
        properties.setProperty("portNumber", String.valueOf(login.host().port()));
        properties.setProperty("user", server.credential().username());
        Secret password = server.credential().password();
        properties.setProperty("password", password == null ? "" : password.reveal());
        String database = login.database() == null ? server.database() : login.database();
        if (database != null) {
            properties.setProperty("databaseName", database);
        }
        properties.setProperty(APPLICATION_NAME, applicationName(login));
        // In its place the driver would send the name of this machine.
        properties.setProperty("workstationID", "connections");
        setNetwork(properties, login);
        // Statements go as they are, and their rows come one by one.
        properties.setProperty("prepareMethod", "none");
        properties.setProperty("responseBuffering", "adaptive");
        properties.setProperty("selectMethod", "direct");
        return properties;
    }

    private static void setNetwork(Properties properties, JdbcDialect.Login login) {
        properties.setProperty("socketFactoryClass", SqlServerSockets.class.getName());
        // The sockets do TLS by themselves.
        properties.setProperty("encrypt", "false");
        properties.setProperty("TransparentNetworkIPResolution", "false");
        Map<String, String> extra = Objects.requireNonNullElse(login.server().properties(), Map.of());
        properties.setProperty(MULTI_SUBNET_FAILOVER, extra.getOrDefault(MULTI_SUBNET_FAILOVER, "false"));
        // A session that is lost is lost: the driver would log in anew, on no thread of a dial.
        properties.setProperty("connectRetryCount", "0");
        // The dial's own limit holds in any case; the driver's only makes it give up by itself in ordinary cases.
        boolean parallel = Boolean.parseBoolean(properties.getProperty(MULTI_SUBNET_FAILOVER));
        properties.setProperty("loginTimeout", String.valueOf(loginTimeout(login.limit(), parallel)));
    }

    /**
     * In seconds, such that the driver gives the first attempt as long as the dial may take.
     *
     * @param parallel whether it dials all addresses at once
     */
    static long loginTimeout(Duration limit, boolean parallel) {
        long seconds = limit.toSeconds() + 1;
        return parallel ? Math.min((long) Math.ceil(seconds / FIRST_ATTEMPT), LONGEST_TIMEOUT) : seconds;
    }

    /** The user's name for the session or this service's, and the run's id, so that a DBA can see whose it is. */
    private static String applicationName(JdbcDialect.Login login) {
        Map<String, String> extra = Objects.requireNonNullElse(login.server().properties(), Map.of());
        String run = " " + login.run().run().runId();
        String name = extra.getOrDefault(APPLICATION_NAME, "connections");
        return name.substring(0, Math.min(name.length(), LONGEST_NAME - run.length())) + run;
    }
}
