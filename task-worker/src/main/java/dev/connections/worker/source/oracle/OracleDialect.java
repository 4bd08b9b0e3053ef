package dev.connections.worker.source.oracle;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.jdbc.JdbcDialect;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Oracle's driver, and what a port does about TLS. */
final class OracleDialect implements JdbcDialect {
    private final OracleConnector connector;

    OracleDialect(OracleConnector connector) {
        this.connector = connector;
    }

    @Override
    public Connection connect(Login login) throws SQLException {
        try {
            return connector.connect(login);
        } catch (SQLException e) {
            TaskError refused = Dial.current().isBroken() ? null : OracleFailures.ofLogin(e.getErrorCode());
            if (refused == null) {
                throw e;
            }
            // The number says what to make of it; the driver's words have addresses, and the server's may name the
            // user.
            throw new RunFailedException(refused, null);
        } catch (RuntimeException e) {
            if (e instanceof RunFailedException || !Dial.current().isBroken()) {
                throw e;
            }
            throw new SQLException("no connection came about", "08001", e);
        }
    }

    @Override
    public AnswerCheck check(SourceLimits limits, TlsMode mode) {
        return new OracleAnswers(limits, mode);
    }

    @Override
    public void cancelStatement(Connection connection) throws SQLException {
        connector.cancel(connection);
    }

    /** A port either begins with TLS or has none; nothing is asked before. */
    @Override
    public Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException {
        return mode.isCertain() ? Optional.of(dial.handshake(socket, host)) : Optional.empty();
    }

    @Override
    public Finding checkPrivileges(Connection connection, Execution execution) throws SQLException {
        return new OraclePrivileges(connection, execution).look();
    }
}
