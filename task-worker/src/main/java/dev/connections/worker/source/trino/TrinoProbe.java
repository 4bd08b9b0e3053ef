package dev.connections.worker.source.trino;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.HttpProbe;
import dev.connections.worker.source.http.HttpTarget;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** The checks of a cluster: its port, TLS, a statement as the account, and which catalogs the account sees. */
final class TrinoProbe extends HttpProbe {
    private final DatabaseServer server;
    private @Nullable TrinoSession session;

    TrinoProbe(Execution execution, SourceDialer dialer) {
        super(execution, dialer);
        this.server = TrinoSession.serverOf(execution);
    }

    @Override
    protected HttpTarget target() {
        return TrinoSession.targetOf(execution(), server);
    }

    @Override
    public Finding checkAuthentication() throws Exception {
        leave();
        TrinoSession opened = TrinoSession.of(dialer(), execution());
        session = opened;
        try (TrinoRows row = opened.query("select 1", 1)) {
            boolean answered = row.next() && row.text(1).equals("1") && !row.next();
            if (!answered) {
                throw new ProtocolException("no answer to a statement");
            }
        }
        boolean unused =
                server.credential().password() != null && !server.tlsMode().isVerified();
        return unused
                ? new Finding.Passed("the cluster trusts the user name; the password was not sent, for workers send it"
                        + " only over TLS that verifies the cluster")
                : new Finding.Passed(null);
    }

    @Override
    public Finding checkPrivileges() throws Exception {
        TrinoSession open = session;
        if (open == null) {
            return new Finding.Skipped("nobody is logged in");
        }
        return new TrinoPrivileges(open, execution()).look();
    }

    @Override
    public void close() {
        super.close();
        if (session != null) {
            session.close();
        }
    }
}
