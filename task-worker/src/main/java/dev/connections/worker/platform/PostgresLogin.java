package dev.connections.worker.platform;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.connection.Secret;
import dev.connections.connection.Technology;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Logs in to a PostgreSQL server with pgjdbc; nothing that a user gave becomes part of a URL or chooses a class. */
final class PostgresLogin {
    static final String DEFAULT_DATABASE = "postgres";

    private PostgresLogin() {}

    static Connection connect(PlatformHost host, DatabaseServer server, @Nullable String database, Duration limit)
            throws SQLException {
        // An empty URL: host, port and database are properties, so there is nothing to escape.
        Connection connection = new Driver().connect("jdbc:postgresql://", properties(host, server, database, limit));
        if (connection == null) {
            throw new IllegalStateException("the driver does not take its own URL");
        }
        return connection;
    }

    private static Properties properties(
            PlatformHost host, DatabaseServer server, @Nullable String database, Duration limit) {
        Properties properties = new Properties();
        PGProperty.APPLICATION_NAME.set(properties, "connections-platform");
        Map<String, String> extra = Objects.requireNonNullElse(server.properties(), Map.of());
        extra.keySet().stream()
                .filter(Technology.POSTGRESQL.allowedProperties()::contains)
                .forEach(name -> properties.setProperty(name, extra.get(name)));
        // From here on nothing can be overridden.
        PGProperty.PG_HOST.set(properties, host.name());
        PGProperty.PG_PORT.set(properties, host.port());
        PGProperty.PG_DBNAME.set(properties, database(server, database));
        PGProperty.USER.set(properties, server.credential().username());
        Secret password = server.credential().password();
        // Never null, for the driver would then look into the worker's own ~/.pgpass.
        PGProperty.PASSWORD.set(properties, password == null ? "" : password.reveal());
        PGProperty.SOCKET_FACTORY.set(properties, GuardedSocketFactory.class.getName());
        PGProperty.SSL_MODE.set(properties, sslMode(server.tlsMode()));
        PGProperty.SSL_FACTORY.set(properties, TlsSocketFactory.class.getName());
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.JAAS_LOGIN.set(properties, false);
        PGProperty.REQUIRE_AUTH.set(properties, "!gss,!sspi");
        // The dial's own limit holds in any case; the driver's only make it give up by itself in ordinary cases.
        PGProperty.LOGIN_TIMEOUT.set(properties, 0);
        PGProperty.CONNECT_TIMEOUT.set(properties, Math.toIntExact(limit.toSeconds() + 1));
        PGProperty.SSL_RESPONSE_TIMEOUT.set(properties, Math.toIntExact(limit.toMillis()));
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, 1);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.READ_ONLY.set(properties, true);
        // Errors go to whoever may read the connection: no rows of the platform in them.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        PGProperty.MAX_RESULT_BUFFER.set(properties, "256M");
        return properties;
    }

    private static String database(DatabaseServer server, @Nullable String database) {
        if (database != null) {
            return database;
        }
        return server.database() == null ? DEFAULT_DATABASE : server.database();
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
