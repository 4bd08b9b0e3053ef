package dev.connections.worker.source.oracle;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.Secret;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import oracle.jdbc.OracleConnection;
import oracle.jdbc.OracleConnectionBuilder;
import oracle.jdbc.pool.OracleDataSource;
import org.jspecify.annotations.Nullable;

/**
 * Logs in with Oracle's driver; of what a user gave only a checked service name becomes part of a connect descriptor. No file
 * of the worker is read: not tnsnames.ora, ojdbc.properties or a wallet, wherever the environment says that they are.
 */
final class OracleLogin implements OracleConnector {
    /** What else a service name may have would be part of the descriptor. */
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_.$#-]{1,255}");

    private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9 ._@:/-]");
    private static final String PROGRAM = "v$session.program";
    private static final String ZONE_AS_REGION = "oracle.jdbc.timezoneAsRegion";
    /** In characters; the run's id follows the name. */
    private static final int LONGEST_PROGRAM = 48;

    private static final String OURS = "connections";

    /** Names are compared and sorted as they are, whatever the database's language is. */
    private static final String SETTINGS = "alter session set nls_sort = binary nls_comp = binary";

    @Override
    public Connection connect(JdbcDialect.Login login) throws SQLException {
        OracleConnection connection = open(login);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void cancel(Connection connection) throws SQLException {
        connection.unwrap(OracleConnection.class).cancel();
    }

    private static OracleConnection open(JdbcDialect.Login login) throws SQLException {
        Dial dial = Dial.current();
        DatabaseServer server = login.server();
        boolean encrypted = server.tlsMode().isCertain();
        String service = serviceOf(login);
        try (OracleEndpoint endpoint = new OracleEndpoint(dial, login.host(), encrypted)) {
            OracleDataSource source = new OracleDataSource();
            source.setURL("jdbc:oracle:thin:@" + descriptor(endpoint, login, encrypted, service));
            source.setConnectionProperties(properties(login, endpoint));
            Secret password = server.credential().password();
            OracleConnectionBuilder builder = source.createConnectionBuilder()
                    .user(server.credential().username())
                    .password(password == null ? "" : password.reveal());
            return (encrypted ? builder.sslContext(dial.context(login.host())) : builder).build();
        } catch (IOException e) {
            throw new SQLException("no port for the driver", e);
        }
    }

    private static String descriptor(
            OracleEndpoint endpoint, JdbcDialect.Login login, boolean encrypted, String service) {
        return "(DESCRIPTION=(ADDRESS=(PROTOCOL=%s)(HOST=%s)(PORT=%d))(CONNECT_DATA=(SERVICE_NAME=%s)))"
                .formatted(
                        encrypted ? "tcps" : "tcp",
                        endpoint.name(),
                        login.host().port(),
                        service);
    }

    private static String serviceOf(JdbcDialect.Login login) {
        String service = login.database() == null ? login.server().database() : login.database();
        if (service == null) {
            throw new RunFailedException(
                    ErrorCode.REMOTE_ERROR,
                    "the connection names no service; set database to the service's name",
                    null);
        }
        if (!SERVICE.matcher(service).matches()) {
            throw new RunFailedException(
                    ErrorCode.REMOTE_ERROR,
                    "database is no service name: that has letters, digits and _ . $ # - only",
                    null);
        }
        return service;
    }

    private static Properties properties(JdbcDialect.Login login, OracleEndpoint endpoint) {
        Properties properties = new Properties();
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_SOCKS_PROXY_HOST, "127.0.0.1");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_SOCKS_PROXY_PORT, String.valueOf(endpoint.port()));
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_PROXY_REMOTE_DNS, "true");
        setLimits(properties, login.limit());
        readNothing(properties);
        setNames(properties, login);
        setFetches(properties);
        // The dial's TLS knows the host; by itself the driver would look for the endpoint's name.
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_SSL_SERVER_DN_MATCH, "false");
        return properties;
    }

    private static void setLimits(Properties properties, Duration limit) {
        // The dial's own limit holds in any case; the driver's only makes it give up by itself in ordinary cases.
        String millis = String.valueOf(limit.toMillis() + 1_000);
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_NET_CONNECT_TIMEOUT, millis);
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_OUTBOUND_CONNECT_TIMEOUT, millis);
        // A cancel goes the way of everything else: what stands between knows no urgent data.
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_NET_DISABLE_OUT_OF_BAND_BREAK, "true");
    }

    /** An empty folder of settings keeps the driver from the one that TNS_ADMIN names. */
    private static void readNothing(Properties properties) {
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_TNS_ADMIN, "");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_FAN_ENABLED, "false");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_NET_USE_TCP_FAST_OPEN, "false");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_ENABLE_DIAGNOSE_FIRST_FAILURE, "false");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_ENABLE_LOGGING, "false");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_ENABLE_OBSERVABILITY, "false");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_ENABLE_ERROR_URL, "false");
    }

    /** Nothing that the driver would ask the machine for: its name, and who runs the worker. */
    private static void setNames(Properties properties, JdbcDialect.Login login) {
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_LOCAL_HOST_NAME, OURS);
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_VSESSION_MACHINE, OURS);
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_VSESSION_OSUSER, OURS);
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_VSESSION_TERMINAL, OURS);
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_THIN_VSESSION_PROCESS, OURS);
        Map<String, String> extra = Objects.requireNonNullElse(login.server().properties(), Map.of());
        properties.setProperty(
                OracleConnection.CONNECTION_PROPERTY_THIN_VSESSION_PROGRAM,
                programOf(extra.get(PROGRAM), login.run().run().runId().toString()));
        String asRegion = extra.get(ZONE_AS_REGION);
        if (asRegion != null) {
            properties.setProperty(OracleConnection.CONNECTION_PROPERTY_TIMEZONE_AS_REGION, asRegion);
        }
    }

    /** The user's name for the session or this service's, and the run's id; the driver puts it into the descriptor as it is. */
    static String programOf(@Nullable String wanted, String run) {
        String name = ODD.matcher(wanted == null ? OURS : wanted).replaceAll("_");
        return name.substring(0, Math.min(name.length(), LONGEST_PROGRAM - run.length() - 1)) + " " + run;
    }

    private static void setFetches(Properties properties) {
        // Otherwise each row with a LONG takes a request of its own.
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_USE_FETCH_SIZE_WITH_LONG_COLUMN, "true");
        properties.setProperty(OracleConnection.CONNECTION_PROPERTY_IMPLICIT_STATEMENT_CACHE_SIZE, "0");
    }
}
