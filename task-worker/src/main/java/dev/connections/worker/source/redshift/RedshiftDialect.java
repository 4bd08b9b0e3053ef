package dev.connections.worker.source.redshift;

import com.amazon.redshift.core.BaseConnection;
import com.amazon.redshift.util.RedshiftException;
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
import dev.connections.worker.source.pgwire.WireTls;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Amazon's driver for Redshift. */
final class RedshiftDialect implements JdbcDialect {
    @Override
    public Connection connect(Login login) throws SQLException {
        try {
            return RedshiftLogin.connect(login);
        } catch (RedshiftException e) {
            if (e.getServerErrorMessage() == null) {
                throw e;
            }
            // The state says what to make of it; the server's words may name the user and the password.
            SQLException refused = new SQLException("the login was refused", e.getSQLState());
            throw new RunFailedException(RedshiftFailures.ofLogin(e.getSQLState(), nameOfDatabase(login)), refused);
        }
    }

    /** The configured name is shown wherever the connection is; another one is the server's. */
    private static String nameOfDatabase(Login login) {
        String listed = login.database();
        return listed == null ? RedshiftLogin.databaseOf(login) : RemoteText.shown(listed, login.run());
    }

    @Override
    public AnswerCheck check(SourceLimits limits, TlsMode mode) {
        return new RedshiftAnswers(limits, mode);
    }

    @Override
    public void cancelStatement(Connection connection) throws SQLException {
        connection.unwrap(BaseConnection.class).cancelQuery();
    }

    @Override
    public Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException {
        return WireTls.negotiate(socket, host, dial, mode, RedshiftFailures.NOT_REDSHIFT);
    }

    @Override
    public Finding checkPrivileges(Connection connection, Execution execution) throws SQLException {
        return new RedshiftPrivileges(connection, execution).look();
    }
}
