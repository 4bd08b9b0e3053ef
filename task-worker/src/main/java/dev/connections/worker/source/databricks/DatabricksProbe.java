package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.VisibleDatabases;
import dev.connections.worker.source.http.HttpProbe;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.JsonItem;
import org.jspecify.annotations.Nullable;

/** The checks of a workspace: its port, TLS, a request as the account, and which catalogs the account may browse. */
final class DatabricksProbe extends HttpProbe {
    private final Databricks workspace;
    private @Nullable DatabricksSession session;
    private @Nullable DatabricksList catalogs;

    DatabricksProbe(Execution execution, SourceDialer dialer) {
        super(execution, dialer);
        this.workspace = DatabricksSession.workspaceOf(execution);
    }

    @Override
    protected HttpTarget target() {
        return DatabricksSession.targetOf(workspace);
    }

    @Override
    public Finding checkAuthentication() throws Exception {
        leave();
        DatabricksSession opened = DatabricksSession.of(dialer(), execution());
        session = opened;
        catalogs = opened.catalogs();
        return new Finding.Passed(null);
    }

    @Override
    public Finding checkPrivileges() throws Exception {
        DatabricksList list = catalogs;
        if (list == null) {
            return new Finding.Skipped("nobody is logged in");
        }
        BoundedList<String> names = new BoundedList<>(
                execution().limits()::checkDatabases, execution().limits());
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            String name = DatabricksItem.nameOf(item);
            names.add(name, name.length());
        }
        return VisibleDatabases.check(
                execution(),
                "catalog",
                names.items(),
                workspace.catalog(),
                "the workspace shows the account no catalog: GRANT BROWSE ON CATALOG <catalog> TO <account>");
    }

    @Override
    public void close() {
        super.close();
        if (session != null) {
            session.close();
        }
    }
}
