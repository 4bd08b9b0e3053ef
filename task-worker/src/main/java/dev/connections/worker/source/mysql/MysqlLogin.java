package dev.connections.worker.source.mysql;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.connection.Secret;
import dev.connections.connection.Technology;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.GuardedSocketFactory;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import javax.net.ssl.SNIHostName;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.NonRegisteringDriver;

/**
 * Logs in with MariaDB's driver, which speaks to MySQL too; nothing that a user gave becomes part of a URL or chooses a
 * class. No session has a default database, for servers leave the names of that one out of definitions.
 */
final class MysqlLogin {
    /** What proves that the client knows the password without giving it away. */
    private static final String PROOFS = "mysql_native_password,client_ed25519,parsec";
    /** These give the password to the server, and so to whoever poses as it. */
    private static final String CLEAR = ",caching_sha2_password,mysql_clear_password,dialog";

    /**
     * Whatever the server's or the account's defaults are, all rows come, a stream may wait for the others, no read waits
     * for somebody's lock of a table for long, and what is wrong with a view is said in English. They end with the session.
     */
    private static final String SETTINGS =
            "set session sql_mode = '', sql_quote_show_create = 1, sql_select_limit = 18446744073709551615,"
                    + " sql_big_selects = 1, lock_wait_timeout = 1, net_write_timeout = 3600, wait_timeout = 28800,"
                    + " lc_messages = 'en_US', ";

    private MysqlLogin() {}

    static Connection connect(JdbcDialect.Login login) throws SQLException {
        TlsMode mode = login.server().tlsMode();
        Connection connection = mode == TlsMode.PREFER ? preferTls(login) : connect(login, mode);
        try (Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            statement.execute(SETTINGS + MysqlServer.of(connection).timeLimit() + " = 0");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection preferTls(JdbcDialect.Login login) throws SQLException {
        try {
            return connect(login, TlsMode.REQUIRE);
        } catch (SQLException e) {
            if (MysqlFailures.saysThatThereIsNoTls(e)) {
                return connect(login, TlsMode.DISABLE);
            }
            throw e;
        }
    }

    private static Connection connect(JdbcDialect.Login login, TlsMode mode) throws SQLException {
        return NonRegisteringDriver.connect(configuration(login, mode));
    }

    private static Configuration configuration(JdbcDialect.Login login, TlsMode mode) throws SQLException {
        DatabaseServer server = login.server();
        SourceLimits limits = login.run().limits();
        Secret password = server.credential().password();
        // The URL has nothing in it; without one the driver lacks the defaults of some of its options.
        Configuration.Builder builder = Configuration.parse("jdbc:mariadb://unset/", new Properties()).toBuilder()
                .addresses(HostAddress.from(nameFor(login.host()), login.host().port()))
                .user(server.credential().username())
                .password(password == null ? "" : password.reveal())
                .socketFactory(GuardedSocketFactory.class.getName())
                // Of the driver's modes all but "disable" give the socket to our TLS, which does what the connection
                // asks.
                .sslMode(mode == TlsMode.DISABLE ? "disable" : "verify-ca")
                .tlsSocketType(MysqlTls.TYPE)
                .credentialType(MysqlCredentials.TYPE)
                .restrictedAuth(mode.isVerified() ? PROOFS + CLEAR : PROOFS)
                // A server could ask for any file of this machine, and lead the password to another one.
                .allowLocalInfile(false)
                .permitRedirect(false)
                .allowPublicKeyRetrieval(false)
                .connectTimeout(Math.toIntExact(login.limit().toMillis()))
                .maxAllowedPacket((int) Math.min(limits.row().toBytes(), Integer.MAX_VALUE))
                .maxAllowedColumns(MysqlAnswers.MOST_COLUMNS)
                .connectionAttributes(
                        "program_name:connections " + login.run().run().runId())
                .tcpKeepAlive(true)
                .dumpQueriesOnException(false)
                .useServerPrepStmts(false);
        setTimeZone(builder, login);
        return builder.build();
    }

    /**
     * The driver names the host in TLS, and fails where the name is none of DNS: then it gets an address. A certificate that
     * has to name the host cannot name such a one either.
     */
    private static String nameFor(SourceHost host) throws SQLException {
        try {
            return host.name().contains(":") ? host.name() : new SNIHostName(host.name()).getAsciiName();
        } catch (IllegalArgumentException e) {
            try {
                return InetAddress.getByName(host.name()).getHostAddress();
            } catch (UnknownHostException unknown) {
                throw new SQLException("the host is unknown", "08001", unknown);
            }
        }
    }

    private static void setTimeZone(Configuration.Builder builder, JdbcDialect.Login login) {
        Technology technology = login.run().target().technology();
        Map<String, String> extra = Objects.requireNonNullElse(login.server().properties(), Map.of());
        extra.forEach((name, value) -> {
            if (technology.allows(name, value)) {
                switch (name) {
                    case "connectionTimeZone" -> builder.connectionTimeZone(value);
                    case "timezone" -> builder.timezone(value);
                    // The driver talks in utf8mb4, whatever is wished for: names need all of it.
                    default -> {}
                }
            }
        });
    }
}
