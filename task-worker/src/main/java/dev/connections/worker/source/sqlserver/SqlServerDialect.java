package dev.connections.worker.source.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerError;
import com.microsoft.sqlserver.jdbc.SQLServerException;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.TlsFinding;
import dev.connections.worker.source.jdbc.JdbcDialect;
import dev.connections.worker.source.jdbc.StoppableConnection;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** Microsoft's driver. */
final class SqlServerDialect implements JdbcDialect {
    @Override
    public Connection connect(Login login) throws SQLException {
        try {
            return SqlServerLogin.connect(login);
        } catch (SQLServerException e) {
            SQLServerError answer = e.getSQLServerError();
            if (answer == null) {
                throw e;
            }
            // The number says what to make of it; the server's words may name the user and the password.
            int number = answer.getErrorNumber();
            SQLException refused = new SQLException("the login was refused", e.getSQLState(), number);
            throw new RunFailedException(SqlServerFailures.ofLogin(number, nameOfDatabase(login)), refused);
        }
    }

    /** The configured name is shown wherever the connection is; another one is the server's. */
    private static String nameOfDatabase(Login login) {
        String listed = login.database();
        String configured = login.server().database();
        if (listed != null) {
            return "database \"" + RemoteText.shown(listed, login.run()) + "\"";
        }
        return configured == null ? "the login's default database" : "database \"" + configured + "\"";
    }

    @Override
    public AnswerCheck check(SourceLimits limits, TlsMode mode) {
        return new TdsAnswers(limits);
    }

    @Override
    public void cancelStatement(Connection connection) throws SQLException {
        StoppableConnection.stop(connection);
    }

    @Override
    public Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException {
        if (!Prelogin.ask(socket).encrypts()) {
            return TlsFinding.notOffered(mode);
        }
        SSLSocket over = dial.encrypted(new HandshakeSocket(socket), host.name(), host.port());
        HandshakeSocket.shake(over);
        return Optional.of(over.getSession().getProtocol());
    }

    @Override
    public Finding checkPrivileges(Connection connection, Execution execution) throws SQLException {
        return new SqlServerPrivileges(connection, execution).look();
    }
}
