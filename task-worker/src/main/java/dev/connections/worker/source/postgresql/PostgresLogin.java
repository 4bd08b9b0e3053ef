package dev.connections.worker.source.postgresql;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.connection.Credential;
import dev.connections.connection.Secret;
import dev.connections.connection.Technology;
import dev.connections.worker.source.GuardedSocketFactory;
import dev.connections.worker.source.GuardedTlsSocketFactory;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Logs in to a PostgreSQL server with pgjdbc; nothing that a user gave becomes part of a URL or chooses a class. */
final class PostgresLogin {
    private static final String DEFAULT_DATABASE = "postgres";
    /** In bytes, and so at least in characters of a name that is plain ASCII. */
    private static final int LONGEST_NAME = 63;

    private PostgresLogin() {}

    static Connection connect(JdbcDialect.Login login) throws SQLException {
        // An empty URL: host, port and database are properties, so there is nothing to escape.
        Connection connection = new Driver().connect("jdbc:postgresql://", properties(login));
        if (connection == null) {
            throw new IllegalStateException("the driver does not take its own URL");
        }
        return connection;
    }

    private static Properties properties(JdbcDialect.Login login) {
        DatabaseServer server = login.server();
        Properties properties = new Properties();
        Map<String, String> extra = Objects.requireNonNullElse(server.properties(), Map.of());
        extra.forEach((name, value) -> {
            if (Technology.POSTGRESQL.allows(name, value)) {
                properties.setProperty(name, value);
            }
        });
        // From here on nothing can be overridden.
        PGProperty.APPLICATION_NAME.set(properties, applicationName(login, extra));
        PGProperty.PG_HOST.set(properties, login.host().name());
        PGProperty.PG_PORT.set(properties, login.host().port());
        PGProperty.PG_DBNAME.set(properties, databaseOf(login));
        setCredential(properties, server.credential());
        PGProperty.SOCKET_FACTORY.set(properties, GuardedSocketFactory.class.getName());
        PGProperty.SSL_MODE.set(properties, sslMode(server.tlsMode()));
        PGProperty.SSL_FACTORY.set(properties, GuardedTlsSocketFactory.class.getName());
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.JAAS_LOGIN.set(properties, false);
        // Any server may ask for the password in clear; only one that has proven who it is gets it so.
        PGProperty.REQUIRE_AUTH.set(properties, server.tlsMode().isVerified() ? "!gss,!sspi" : "!gss,!sspi,!password");
        setLimits(properties, login.limit());
        setForPoolers(properties);
        PGProperty.ALLOW_ENCODING_CHANGES.set(properties, true);
        // Errors go to whoever may read the connection: no rows of the source in them.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        return properties;
    }

    /** The user's name for the session or this service's, and the run's id, so that a DBA can see whose it is. */
    private static String applicationName(JdbcDialect.Login login, Map<String, String> extra) {
        String run = " " + login.run().run().runId();
        String name = extra.getOrDefault(PGProperty.APPLICATION_NAME.getName(), "connections");
        return name.substring(0, Math.min(name.length(), LONGEST_NAME - run.length())) + run;
    }

    private static void setCredential(Properties properties, Credential.UsernamePassword credential) {
        PGProperty.USER.set(properties, credential.username());
        Secret password = credential.password();
        // Never null, for the driver would then look into the worker's own ~/.pgpass.
        PGProperty.PASSWORD.set(properties, password == null ? "" : password.reveal());
    }

    private static void setLimits(Properties properties, Duration limit) {
        // The dial's own limit holds in any case; the driver's only make it give up by itself in ordinary cases.
        PGProperty.LOGIN_TIMEOUT.set(properties, 0);
        PGProperty.CONNECT_TIMEOUT.set(properties, Math.toIntExact(limit.toSeconds() + 1));
        PGProperty.SSL_RESPONSE_TIMEOUT.set(properties, Math.toIntExact(limit.toMillis()));
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, 1);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    }

    /**
     * A pooler may stand between, which gives each transaction another session of the server: statements are not named,
     * and nothing is set for a session after its start.
     */
    private static void setForPoolers(Properties properties) {
        PGProperty.PREPARE_THRESHOLD.set(properties, 0);
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "12");
        PGProperty.READ_ONLY.set(properties, true);
        PGProperty.READ_ONLY_MODE.set(properties, "transaction");
    }

    /** The database that the login is for. */
    static String databaseOf(JdbcDialect.Login login) {
        String configured = login.server().database();
        String wanted = login.database() == null ? configured : login.database();
        return wanted == null ? DEFAULT_DATABASE : wanted;
    }

    private static String sslMode(TlsMode mode) {
        return switch (mode) {
            case DISABLE -> "disable";
            case PREFER -> "prefer";
            case REQUIRE -> "require";
            case VERIFY_CA -> "verify-ca";
            case VERIFY_FULL -> "verify-full";
        };
    }
}
