package dev.connections.worker.source.postgresql;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.jdbc.JdbcDialect;
import dev.connections.worker.source.pgwire.RefusedLogin;
import dev.connections.worker.source.pgwire.WireAnswers;
import dev.connections.worker.source.pgwire.WireTls;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.PSQLException;

/** pgjdbc. */
final class PostgresDialect implements JdbcDialect {
    @Override
    public Connection connect(Login login) throws SQLException {
        try {
            return PostgresLogin.connect(login);
        } catch (PSQLException e) {
            if (e.getServerErrorMessage() == null) {
                throw e;
            }
            // The state says what to make of it; the server's words may name the user and the password.
            SQLException refused = new SQLException("the login was refused", e.getSQLState());
            throw new RunFailedException(RefusedLogin.of(e.getSQLState(), nameOfDatabase(login)), refused);
        }
    }

    /** The configured name is shown wherever the connection is; another one is the server's. */
    private static String nameOfDatabase(Login login) {
        String listed = login.database();
        return listed == null ? PostgresLogin.databaseOf(login) : RemoteText.shown(listed, login.run());
    }

    @Override
    public AnswerCheck check(SourceLimits limits, TlsMode mode) {
        return new WireAnswers(limits);
    }

    @Override
    public void cancelStatement(Connection connection) throws SQLException {
        connection.unwrap(BaseConnection.class).cancelQuery();
    }

    @Override
    public Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException {
        return WireTls.negotiate(socket, host, dial, mode, PostgresFailures.NOT_POSTGRESQL);
    }

    @Override
    public Finding checkPrivileges(Connection connection, Execution execution) throws SQLException {
        return new PostgresPrivileges(connection, execution).look();
    }
}
