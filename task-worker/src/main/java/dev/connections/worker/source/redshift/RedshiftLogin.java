package dev.connections.worker.source.redshift;

import com.amazon.redshift.RedshiftProperty;
import com.amazon.redshift.jdbc.RedshiftConnectionImpl;
import com.amazon.redshift.logger.RedshiftLogger;
import com.amazon.redshift.util.HostSpec;
import com.amazon.redshift.util.RedshiftException;
import com.amazon.redshift.util.RedshiftProperties;
import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.connection.Credential;
import dev.connections.connection.Secret;
import dev.connections.worker.source.GuardedSocketFactory;
import dev.connections.worker.source.GuardedTlsSocketFactory;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Logs in to a cluster; nothing that a user gave becomes part of a URL or chooses a class. The connection is made without
 * the driver's own entry, which reads a file of settings from the worker's home and temporary folders.
 */
final class RedshiftLogin {
    /** The plain protocol, whose frames are those that {@link RedshiftAnswers} reads. */
    static final String PROTOCOL_VERSION = "0";

    private static final String DEFAULT_DATABASE = "dev";
    /** The property that a connection may set. */
    private static final String APPLICATION_NAME = "applicationName";
    /** In characters; the run's id follows the name. */
    private static final int LONGEST_NAME = 63;

    private RedshiftLogin() {}

    static Connection connect(JdbcDialect.Login login) throws SQLException {
        TlsMode mode = login.server().tlsMode();
        if (mode != TlsMode.PREFER) {
            return connect(login, mode);
        }
        // The driver itself either requires TLS or does without.
        try {
            return connect(login, TlsMode.REQUIRE);
        } catch (RedshiftException e) {
            if (!RedshiftFailures.saysThatThereIsNoTls(e)) {
                throw e;
            }
            return connect(login, TlsMode.DISABLE);
        }
    }

    private static Connection connect(JdbcDialect.Login login, TlsMode mode) throws SQLException {
        HostSpec[] host = {new UnresolvedHost(login.host())};
        String user = login.server().credential().username();
        RedshiftProperties properties = properties(login);
        setTls(properties, mode);
        RedshiftLogger silent = new RedshiftLogger(null, null, false, null, null);
        return new RedshiftConnectionImpl(host, user, databaseOf(login), properties, "jdbc:redshift:", silent);
    }

    /** A host whose name goes to the guarded socket as it is; the driver would ask for the names of addresses too. */
    private static final class UnresolvedHost extends HostSpec {
        UnresolvedHost(SourceHost host) {
            super(host.name(), host.port());
        }

        @Override
        public Boolean shouldResolve() {
            return false;
        }
    }

    private static RedshiftProperties properties(JdbcDialect.Login login) {
        DatabaseServer server = login.server();
        RedshiftProperties properties = new RedshiftProperties();
        set(properties, RedshiftProperty.APPLICATION_NAME, applicationName(login));
        setCredential(properties, server.credential());
        set(properties, RedshiftProperty.SOCKET_FACTORY, GuardedSocketFactory.class.getName());
        setLimits(properties, login.limit());
        setProtocol(properties);
        set(properties, RedshiftProperty.READ_ONLY, "true");
        set(properties, RedshiftProperty.READ_ONLY_MODE, "transaction");
        // Under a path that somebody else has set, any name may be a function or view of somebody else.
        set(properties, RedshiftProperty.CURRENT_SCHEMA, "pg_catalog");
        // Errors go to whoever may read the connection: no rows of the source in them.
        set(properties, RedshiftProperty.LOG_SERVER_ERROR_DETAIL, "false");
        return properties;
    }

    private static void set(RedshiftProperties properties, RedshiftProperty property, String value) {
        properties.setProperty(property.getName(), value);
    }

    /** The user's name for the session or this service's, and the run's id, so that a DBA can see whose it is. */
    private static String applicationName(JdbcDialect.Login login) {
        Map<String, String> extra = Objects.requireNonNullElse(login.server().properties(), Map.of());
        String run = " " + login.run().run().runId();
        String name = extra.getOrDefault(APPLICATION_NAME, "connections");
        return name.substring(0, Math.min(name.length(), LONGEST_NAME - run.length())) + run;
    }

    private static void setCredential(RedshiftProperties properties, Credential.UsernamePassword credential) {
        set(properties, RedshiftProperty.USER, credential.username());
        Secret password = credential.password();
        set(properties, RedshiftProperty.PASSWORD, password == null ? "" : password.reveal());
    }

    private static void setLimits(RedshiftProperties properties, Duration limit) {
        // The dial's own limit holds in any case; the driver's only makes it give up by itself in ordinary cases.
        set(properties, RedshiftProperty.LOGIN_TIMEOUT, "0");
        set(properties, RedshiftProperty.CONNECT_TIMEOUT, String.valueOf(limit.toSeconds() + 1));
        set(properties, RedshiftProperty.CANCEL_SIGNAL_TIMEOUT, "1");
    }

    /** No extension of the protocol, and rows fetched in parts. */
    private static void setProtocol(RedshiftProperties properties) {
        properties.setProperty("client_protocol_version", PROTOCOL_VERSION);
        set(properties, RedshiftProperty.COMPRESSION, "off");
        set(properties, RedshiftProperty.BINARY_TRANSFER, "false");
        // A thread of its own that reads ahead, by up to a gigabyte.
        set(properties, RedshiftProperty.ENABLE_FETCH_RING_BUFFER, "false");
        set(properties, RedshiftProperty.PREPARED_STATEMENT_CACHE_QUERIES, "0");
    }

    /** The database that the login is for. */
    static String databaseOf(JdbcDialect.Login login) {
        String wanted = login.database() == null ? login.server().database() : login.database();
        return wanted == null ? DEFAULT_DATABASE : wanted;
    }

    /** The factory of the sockets verifies as much as the connection's mode asks for; the driver has to require TLS. */
    private static void setTls(RedshiftProperties properties, TlsMode mode) {
        switch (mode) {
            case DISABLE -> set(properties, RedshiftProperty.SSL, "false");
            case PREFER, REQUIRE, VERIFY_CA -> setTls(properties, "verify-ca");
            case VERIFY_FULL -> setTls(properties, "verify-full");
        }
    }

    private static void setTls(RedshiftProperties properties, String mode) {
        set(properties, RedshiftProperty.SSL_MODE, mode);
        set(properties, RedshiftProperty.SSL_FACTORY, GuardedTlsSocketFactory.class.getName());
    }
}
