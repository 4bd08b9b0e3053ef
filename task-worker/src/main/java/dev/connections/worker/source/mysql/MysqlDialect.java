package dev.connections.worker.source.mysql;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.TlsFinding;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** MariaDB's driver, and the greeting of MySQL's protocol. */
final class MysqlDialect implements JdbcDialect {
    @Override
    public Connection connect(Login login) throws SQLException {
        try {
            return MysqlLogin.connect(login);
        } catch (SQLException e) {
            SQLException answer = MysqlFailures.answerIn(e);
            if (answer == null) {
                throw e;
            }
            // The number says what to make of it; the server's words may name the user and the password.
            SQLException refused =
                    new SQLException("the login was refused", answer.getSQLState(), answer.getErrorCode());
            boolean verified = login.server().tlsMode().isVerified();
            throw new RunFailedException(
                    MysqlFailures.ofLogin(answer.getErrorCode(), answer.getSQLState(), verified), refused);
        }
    }

    @Override
    public AnswerCheck check(SourceLimits limits, TlsMode mode) {
        return new MysqlAnswers(limits);
    }

    @Override
    public void cancelStatement(Connection connection) throws SQLException {
        connection.unwrap(org.mariadb.jdbc.Connection.class).cancelCurrentQuery();
    }

    @Override
    public Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException {
        MysqlGreeting greeting = MysqlGreeting.read(socket.getInputStream());
        if (!greeting.offersTls()) {
            return TlsFinding.notOffered(mode);
        }
        socket.getOutputStream().write(MysqlGreeting.requestForTls());
        return Optional.of(dial.handshake(socket, host));
    }

    @Override
    public Finding checkPrivileges(Connection connection, Execution execution) throws SQLException {
        return new MysqlPrivileges(connection, execution).look();
    }
}
