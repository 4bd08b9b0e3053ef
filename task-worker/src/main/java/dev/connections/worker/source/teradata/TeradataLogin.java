package dev.connections.worker.source.teradata;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.connection.Secret;
import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.LoopbackEndpoint;
import dev.connections.worker.source.jdbc.JdbcDialect;
import dev.connections.worker.source.jdbc.StoppableConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Logs in to a system. The driver opens its sockets itself, and offers no place for ours: so it is led to a port of the
 * loopback address behind which the source is, and each of its ways elsewhere is closed. Nothing that a user gave becomes
 * part of a URL or chooses a class.
 */
final class TeradataLogin {
    private static final String URL = "jdbc:teradata://" + LoopbackEndpoint.HOST + "/";
    /** The driver opens the files and URLs that a password of this form names. */
    private static final String PASSWORD_ELSEWHERE = "ENCRYPTED_PASSWORD(";

    private TeradataLogin() {}

    static Connection connect(Driver driver, JdbcDialect.Login login) throws SQLException {
        Properties properties = properties(login);
        try {
            boolean encrypted = login.server().tlsMode().isCertain();
            LoopbackEndpoint endpoint = LoopbackEndpoint.to(login.host(), encrypted);
            properties.setProperty(encrypted ? "HTTPS_PORT" : "DBS_PORT", String.valueOf(endpoint.port()));
        } catch (IOException e) {
            throw new SQLException("the source cannot be reached", "08001", e);
        }
        Connection connection = driver.connect(URL, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know its own URL", "08001");
        }
        try (Statement statement = connection.createStatement()) {
            requireValidPassword(connection);
            statement.execute(TeradataSql.session(login.run().run().runId()));
            statement.execute(TeradataSql.COLLATION);
            return StoppableConnection.of(connection);
        } catch (SQLException | RunFailedException e) {
            connection.close();
            throw e;
        }
    }

    /** A system warns of an expired password and lets the user in, but takes nothing from there than a new one. */
    private static void requireValidPassword(Connection connection) throws SQLException {
        for (SQLWarning warning = connection.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            if (warning.getErrorCode() == TeradataFailures.EXPIRED) {
                throw new RunFailedException(
                        TeradataFailures.ofLogin(TeradataFailures.EXPIRED, warning.getSQLState()), null);
            }
        }
    }

    private static Properties properties(JdbcDialect.Login login) {
        DatabaseServer server = login.server();
        Properties properties = new Properties();
        Secret password = server.credential().password();
        properties.setProperty("USER", harmless(server.credential().username()));
        properties.setProperty("PASSWORD", harmless(password == null ? "" : password.reveal()));
        setWays(properties, server.tlsMode());
        // The dial's own limit holds in any case; the driver's only makes it give up by itself.
        properties.setProperty("LOGON_TIMEOUT", String.valueOf(login.limit().toSeconds() + 1));
        // Names need all of Unicode, whatever is wished for.
        properties.setProperty("CHARSET", "UTF8");
        // A statement that somebody stored for the user.
        properties.setProperty("RUNSTARTUP", "OFF");
        Map<String, String> extra = server.properties() == null ? Map.of() : server.properties();
        properties.setProperty("TMODE", allowed(extra, "TMODE", "DEFAULT"));
        properties.setProperty("LOGMECH", allowed(extra, "LOGMECH", "TD2"));
        return properties;
    }

    /** Leads to the port and nowhere else: no other hosts by name, no proxy, and no attempt to come back. */
    private static void setWays(Properties properties, TlsMode mode) {
        // Behind the port the dial's TLS verifies the server; here it is the worker's own.
        properties.setProperty("SSLMODE", mode.isCertain() ? "REQUIRE" : "DISABLE");
        properties.setProperty("ENCRYPTDATA", "ON");
        properties.setProperty("COP", "OFF");
        properties.setProperty("NO_JAVA_PROXY", "db+idp");
        properties.setProperty("RECONNECT_COUNT", "0");
        properties.setProperty("REDRIVE", "0");
        properties.setProperty("HTTPS_RETRY", "1");
    }

    private static String allowed(Map<String, String> extra, String name, String otherwise) {
        String value = extra.get(name);
        return value != null && Technology.TERADATA.allows(name, value) ? value : otherwise;
    }

    private static String harmless(String credential) {
        if (credential.toUpperCase(Locale.ROOT).contains(PASSWORD_ELSEWHERE)) {
            throw new RunFailedException(
                    ErrorCode.AUTHENTICATION_FAILED,
                    "user names and passwords with " + PASSWORD_ELSEWHERE
                            + "...), which Teradata's driver takes for the names of files, are not supported",
                    null);
        }
        return credential;
    }
}
