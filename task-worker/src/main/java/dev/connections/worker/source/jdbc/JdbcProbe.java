package dev.connections.worker.source.jdbc;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceProbe;
import dev.connections.worker.source.TlsFinding;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The checks of a database server: TCP, TLS, a login, and what the account may see. */
public final class JdbcProbe implements SourceProbe {
    private final Execution execution;
    private final DatabaseServer server;
    private final JdbcSessions sessions;
    private final JdbcDialect dialect;
    private JdbcSessions.@Nullable Reached reached;
    private @Nullable JdbcSession login;

    /** Opens the secrets of the execution's connection; nothing is dialed yet. */
    public JdbcProbe(Execution execution, JdbcSessions sessions, JdbcDialect dialect) {
        this.execution = execution;
        this.server = JdbcSessions.serverOf(execution);
        this.sessions = sessions;
        this.dialect = dialect;
    }

    @Override
    public Finding checkNetwork() throws Exception {
        reached = sessions.reach(execution, server);
        return new Finding.Passed(null);
    }

    @Override
    public Finding checkTls() throws Exception {
        JdbcSessions.Reached open = reached;
        if (server.tlsMode() == TlsMode.DISABLE || open == null) {
            return TlsFinding.disabled();
        }
        Optional<String> protocol = sessions.negotiateTls(execution, open, server);
        return protocol.map(version -> TlsFinding.agreed(version, server.tlsMode()))
                .orElseGet(() -> new Finding.Warning("the server offers no TLS; with the mode PREFER the connection"
                        + " continues without it, and nothing it sends is encrypted"));
    }

    @Override
    public Finding checkAuthentication() throws Exception {
        JdbcSessions.Reached open = reached;
        if (open != null) {
            // Servers count connections: the login takes the place of the probe.
            open.close();
        }
        login = sessions.open(execution, server, null);
        return new Finding.Passed(null);
    }

    @Override
    public Finding checkPrivileges() throws Exception {
        JdbcSession session = login;
        return session == null
                ? new Finding.Skipped("nobody is logged in")
                : session.read(() -> dialect.checkPrivileges(session.connection(), execution));
    }

    @Override
    public void close() {
        if (reached != null) {
            reached.close();
        }
        if (login != null) {
            login.close();
        }
    }
}
