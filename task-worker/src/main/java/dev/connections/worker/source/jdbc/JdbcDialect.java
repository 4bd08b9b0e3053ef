package dev.connections.worker.source.jdbc;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceHost;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the driver and the wire protocol of one technology do in their own way. */
public interface JdbcDialect {
    /**
     * One login.
     *
     * @param run the run that the session is for, by whose id the session names itself
     * @param database the database to log in to; null for the configured one or else the technology's default
     * @param limit after which the login is cut off in any case
     */
    record Login(
            Execution run,
            SourceHost host,
            DatabaseServer server,
            @Nullable String database,
            Duration limit) {}

    /**
     * Logs in, on the thread of a dial whose sockets and TLS the driver must use; the connection is read-only and in
     * auto-commit mode.
     */
    Connection connect(Login login) throws SQLException;

    /**
     * Checks what the server sends on one connection: what comes over the socket, and what comes out of its TLS.
     *
     * @param mode how far the connection trusts the server
     */
    AnswerCheck check(SourceLimits limits, TlsMode mode);

    /** Asks the server to stop what the connection does at the moment; called on another thread. */
    void cancelStatement(Connection connection) throws SQLException;

    /**
     * Asks the server for TLS over a connected socket and shakes hands.
     *
     * @return the protocol version agreed on; empty where the server offers no TLS and the mode goes on without
     */
    Optional<String> negotiateTls(Socket socket, SourceHost host, Dial dial, TlsMode mode) throws IOException;

    /** Looks at what the account may see of what the execution's connection is to crawl. */
    Finding checkPrivileges(Connection connection, Execution execution) throws SQLException;
}
