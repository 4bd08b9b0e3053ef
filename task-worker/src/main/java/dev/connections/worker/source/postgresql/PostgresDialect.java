package dev.connections.worker.source.postgresql;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.PSQLException;

/** pgjdbc, and the few bytes of PostgreSQL's protocol that ask for TLS. */
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
            throw new RunFailedException(PostgresFailures.ofLogin(e, nameOfDatabase(login)), refused);
        }
    }

    /** The configured name is shown wherever the connection is; another one is the server's. */
    private static String nameOfDatabase(Login login) {
        String listed = login.database();
        return listed == null ? PostgresLogin.databaseOf(login) : RemoteText.shown(listed, login.run());
    }

    @Override
    public AnswerCheck check(SourceLimits limits) {
        return new PostgresAnswers(limits);
    }

    @Override
    public void cancelStatement(Connection connection) throws SQLException {
        connection.unwrap(BaseConnection.class).cancelQuery();
    }

    @Override
    public Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException {
        socket.getOutputStream()
                .write(ByteBuffer.allocate(8)
                        .putInt(8)
                        .putInt(PostgresAnswers.SSL_REQUEST)
                        .array());
        int answer = socket.getInputStream().read();
        return switch (answer) {
            case 'S' -> Optional.of(handshake(socket, host, dial));
            case 'N' -> withoutTls(mode);
            case -1 -> throw new EOFException("no answer to the request for TLS");
            default ->
                throw new RunFailedException(
                        new TaskError(ErrorCode.REMOTE_ERROR, PostgresFailures.NOT_POSTGRESQL, true), null);
        };
    }

    private static String handshake(Socket socket, SourceHost host, Dial dial) throws IOException {
        SSLSocket encrypted = dial.encrypted(socket, host.name(), host.port());
        encrypted.startHandshake();
        return encrypted.getSession().getProtocol();
    }

    private static Optional<String> withoutTls(TlsMode mode) {
        return switch (mode) {
            case DISABLE, PREFER -> Optional.empty();
            case REQUIRE, VERIFY_CA, VERIFY_FULL ->
                throw new RunFailedException(ErrorCode.TLS_FAILED, PostgresFailures.NO_TLS, null);
        };
    }

    @Override
    public Finding checkPrivileges(Connection connection, Execution execution) throws SQLException {
        return new PostgresPrivileges(connection, execution).look();
    }
}
