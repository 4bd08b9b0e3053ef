package dev.connections.worker.source.oracle;

import dev.connections.connection.Secret;
import dev.connections.worker.source.GuardedSocketFactory;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/**
 * Logs in to the PostgreSQL that stands in for a database, through guarded sockets; whatever else is at another port is
 * talked to by Oracle's own driver. The statements are sent as they are, and taken down.
 */
final class DictionaryConnector implements OracleConnector {
    private static final String WRONG_PASSWORD = "28P01";

    private final OracleLogin real = new OracleLogin();
    private final int port;
    private final Queue<String> statements = new ConcurrentLinkedQueue<>();

    DictionaryConnector(int port) {
        this.port = port;
    }

    /** The statements since this was asked before. */
    List<String> takeStatements() {
        List<String> taken = new ArrayList<>();
        for (String one = statements.poll(); one != null; one = statements.poll()) {
            taken.add(one);
        }
        return taken;
    }

    @Override
    public Connection connect(JdbcDialect.Login login) throws SQLException {
        if (login.host().port() != port) {
            return real.connect(login);
        }
        Secret password = Objects.requireNonNull(login.server().credential().password());
        Properties properties = new Properties();
        properties.setProperty(
                PGProperty.USER.getName(), login.server().credential().username());
        properties.setProperty(PGProperty.PASSWORD.getName(), password.reveal());
        properties.setProperty(PGProperty.SOCKET_FACTORY.getName(), GuardedSocketFactory.class.getName());
        properties.setProperty(PGProperty.SSL_MODE.getName(), "disable");
        properties.setProperty(
                PGProperty.APPLICATION_NAME.getName(),
                OracleLogin.programOf(null, login.run().run().runId().toString()));
        String url =
                "jdbc:postgresql://127.0.0.1:" + port + "/" + login.server().database();
        try {
            return noted(Objects.requireNonNull(new Driver().connect(url, properties)));
        } catch (SQLException e) {
            throw WRONG_PASSWORD.equals(e.getSQLState()) ? new SQLException("refused", "72000", 1017) : e;
        }
    }

    /** The connection, whose statements are taken down. */
    private Connection noted(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.add(String.valueOf(arguments[0]));
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void cancel(Connection connection) throws SQLException {
        connection.unwrap(PGConnection.class).cancelQuery();
    }
}
