package dev.connections.worker.source.jdbc;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceFailures;
import dev.connections.worker.source.SourceHost;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Logs in to the servers of one technology, within the dialer's limit and until the execution is stopped. */
public final class JdbcSessions {
    private final SourceDialer dialer;
    private final Source source;
    private final JdbcDialect dialect;

    /** Takes the source whose errors are those of the sessions, and what it does in its own way. */
    public JdbcSessions(SourceDialer dialer, Source source, JdbcDialect dialect) {
        this.dialer = dialer;
        this.source = source;
        this.dialect = dialect;
    }

    /** Opens the secrets of the execution's connection, which leads to a database server. */
    public static DatabaseServer serverOf(Execution execution) {
        if (execution.clientConfiguration() instanceof DatabaseServer server) {
            return server;
        }
        throw new IllegalStateException(execution.target().technology() + " is no database server");
    }

    /**
     * Logs in.
     *
     * @param database the database to log in to; null for the configured one or else the technology's default
     * @throws RunFailedException whose error says why no login came about; it holds no secret. It blames the connection
     *     unless a database was asked for, which that may not be able to help
     * @throws CancellationException where the execution was stopped meanwhile
     */
    public JdbcSession open(Execution execution, DatabaseServer server, @Nullable String database) throws Exception {
        Callable<JdbcSession> login = () -> login(execution, server, database);
        return database == null
                ? SourceFailures.blaming(source, execution, login)
                : SourceFailures.translated(source, execution, login);
    }

    private JdbcSession login(Execution execution, DatabaseServer server, @Nullable String database) throws Exception {
        SourceHost host = hostOf(execution, server);
        Dial dial = dial(execution, server);
        Connection connection = dial.within(dialer.limit(), execution, () -> {
            // Before anything is sent: a driver asks for it only when the server offers TLS.
            dial.prepareTls();
            try {
                Connection made =
                        dialect.connect(new JdbcDialect.Login(execution, host, server, database, dialer.limit()));
                dial.mend();
                return made;
            } catch (SQLException e) {
                throw dial.explained(e);
            }
        });
        return new JdbcSession(execution, connection, dial, dialect);
    }

    private Dial dial(Execution execution, DatabaseServer server) {
        return dialer.dial(server.tlsMode(), server.tls(), () -> dialect.check(execution.limits(), server.tlsMode()));
    }

    /** Opens a TCP connection to the server and sends nothing yet. */
    Reached reach(Execution execution, DatabaseServer server) throws Exception {
        SourceHost host = hostOf(execution, server);
        Dial dial = dial(execution, server);
        Socket socket = dial.within(dialer.limit(), execution, () -> dial.connect(host));
        return new Reached(dial, host, socket);
    }

    /** Asks a server that was reached for TLS; empty where it goes on without. */
    Optional<String> negotiateTls(Execution execution, Reached reached, DatabaseServer server) throws Exception {
        return reached.dial.within(dialer.limit(), execution, () -> {
            reached.dial.prepareTls();
            return dialect.negotiateTls(reached.socket, reached.host, reached.dial, server.tlsMode());
        });
    }

    /** A TCP connection before any login. */
    record Reached(Dial dial, SourceHost host, Socket socket) implements AutoCloseable {
        @Override
        public void close() {
            dial.close();
        }
    }

    private static SourceHost hostOf(Execution execution, DatabaseServer server) {
        return SourceHost.of(server.host(), server.portOr(execution.target().technology()));
    }
}
