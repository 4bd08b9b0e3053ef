package dev.connections.worker.source.teradata;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.jdbc.JdbcDialect;
import dev.connections.worker.source.jdbc.StoppableConnection;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Teradata's driver, behind a port of the loopback address. */
final class TeradataDialect implements JdbcDialect {
    private final Supplier<Driver> driver;
    private final BiFunction<SourceLimits, TlsMode, AnswerCheck> checks;
    private final boolean unverifiedLogins;

    /**
     * Takes what tests replace.
     *
     * @param driver fails with DRIVER_UNAVAILABLE where there is none
     * @param unverifiedLogins whether passwords are sent to servers that TLS does not verify
     */
    TeradataDialect(
            Supplier<Driver> driver, BiFunction<SourceLimits, TlsMode, AnswerCheck> checks, boolean unverifiedLogins) {
        this.driver = driver;
        this.checks = checks;
        this.unverifiedLogins = unverifiedLogins;
    }

    @Override
    public Connection connect(Login login) throws SQLException {
        Driver installed = driver.get();
        if (!unverifiedLogins && !login.server().tlsMode().isVerified()) {
            throw new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, TeradataFailures.UNVERIFIED, null);
        }
        try {
            return TeradataLogin.connect(installed, login);
        } catch (SQLException e) {
            if (!TeradataFailures.isOfServer(e)) {
                throw e;
            }
            // The number says what to make of it; the server's words may name the user and the password.
            SQLException refused = new SQLException("the login was refused", e.getSQLState(), e.getErrorCode());
            throw new RunFailedException(TeradataFailures.ofLogin(e.getErrorCode(), e.getSQLState()), refused);
        }
    }

    @Override
    public AnswerCheck check(SourceLimits limits, TlsMode mode) {
        return checks.apply(limits, mode);
    }

    @Override
    public void cancelStatement(Connection connection) throws SQLException {
        StoppableConnection.stop(connection);
    }

    /** A port of a system has TLS or has none: there is nothing to agree on. */
    @Override
    public Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException {
        return mode.isCertain() ? Optional.of(dial.handshake(socket, host)) : Optional.empty();
    }

    @Override
    public Finding checkPrivileges(Connection connection, Execution execution) throws SQLException {
        return new TeradataPrivileges(connection, execution).look();
    }
}
