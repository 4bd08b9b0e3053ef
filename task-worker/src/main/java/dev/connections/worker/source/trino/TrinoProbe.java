package dev.connections.worker.source.trino;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.VisibleDatabases;
import dev.connections.worker.source.http.HttpProbe;
import dev.connections.worker.source.http.HttpTarget;
import java.net.ProtocolException;
import java.util.List;
import java.util.Locale;
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
        List<String> catalogs = catalogs(open);
        String configured = server.database();
        return VisibleDatabases.check(
                execution(),
                "catalog",
                catalogs,
                configured == null ? null : configured.toLowerCase(Locale.ROOT),
                "the cluster shows the account no catalog; allow it some");
    }

    private List<String> catalogs(TrinoSession open) throws Exception {
        BoundedList<String> names = new BoundedList<>(
                execution().limits()::checkDatabases, execution().limits());
        try (TrinoRows row = open.query(TrinoSql.CATALOGS, 1)) {
            while (row.next()) {
                names.add(row.text(1), row.text(1).length());
            }
        }
        return names.items();
    }

    @Override
    public void close() {
        super.close();
        if (session != null) {
            session.close();
        }
    }
}
