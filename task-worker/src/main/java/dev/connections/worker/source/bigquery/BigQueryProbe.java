package dev.connections.worker.source.bigquery;

import dev.connections.connection.PathPatterns;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.HttpProbe;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.PagedList;
import java.net.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of a project: the API's port, TLS, a token, and whether the account may see a dataset and a table of it. */
final class BigQueryProbe extends HttpProbe {
    private @Nullable BigQuerySession session;

    BigQueryProbe(Execution execution, SourceDialer dialer) {
        super(execution, dialer);
    }

    @Override
    protected HttpTarget target() {
        return BigQuerySession.targetOf(dialer());
    }

    @Override
    public Finding checkAuthentication() throws Exception {
        leave();
        BigQuerySession opened = BigQuerySession.of(dialer(), execution());
        session = opened;
        opened.logIn();
        return new Finding.Passed(null);
    }

    @Override
    public Finding checkPrivileges() throws Exception {
        BigQuerySession opened = session;
        if (opened == null) {
            return new Finding.Skipped("nobody is logged in");
        }
        List<String> datasets = datasets(opened);
        if (datasets.isEmpty()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "the project shows the service account no dataset; " + BigQueryFailures.ADVICE,
                    null);
        }
        PathPatterns scope = execution().target().settings().crawl().patterns();
        String covered = datasets.stream()
                .filter(dataset -> scope.coversContainer(List.of(opened.project(), dataset)))
                .findFirst()
                .orElse(null);
        if (covered == null) {
            return new Finding.Warning(
                    "the connection's patterns cover none of the datasets that the service account may see");
        }
        readOneTable(opened, covered, scope);
        return new Finding.Passed(null);
    }

    private List<String> datasets(BigQuerySession opened) throws Exception {
        BoundedList<String> names = new BoundedList<>(
                execution().limits()::checkSchemas, execution().limits());
        PagedList list = opened.datasets();
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            String name = item.required(BigQuerySession.NAME_OF_DATASET);
            names.add(name, name.length());
        }
        return names.items();
    }

    /** As a crawl does it, which needs a permission for the list and one for the table. */
    private static void readOneTable(BigQuerySession opened, String dataset, PathPatterns scope) throws Exception {
        PagedList tables = opened.tables(dataset);
        JsonItem table = tables.next();
        while (table != null && !scope.covers(path(opened, dataset, table))) {
            table = tables.next();
        }
        if (table == null) {
            return;
        }
        try {
            opened.table(dataset, table.required(BigQuerySession.NAME_OF_TABLE));
        } catch (RequestRefusedException e) {
            if (!e.isGone()) {
                throw e;
            }
        }
    }

    private static List<String> path(BigQuerySession opened, String dataset, JsonItem table) throws ProtocolException {
        return List.of(opened.project(), dataset, table.required(BigQuerySession.NAME_OF_TABLE));
    }

    @Override
    public void close() {
        super.close();
        if (session != null) {
            session.close();
        }
    }
}
