package dev.connections.worker.source.glue;

import dev.connections.connection.PathPatterns;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.HttpProbe;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.PagedList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of a catalog: its endpoint's port, TLS, a signed request, and whether databases show their tables. */
final class GlueProbe extends HttpProbe {
    /** How many databases are asked for tables where the ones before refuse. */
    private static final int MOST_ASKED = 5;

    private final GlueEndpoint endpoint;
    private @Nullable GlueSession session;
    private @Nullable PagedList databases;

    GlueProbe(Execution execution, SourceDialer dialer, GlueEndpoint endpoint) {
        super(execution, dialer);
        this.endpoint = endpoint;
    }

    @Override
    protected HttpTarget target() {
        return endpoint.of(GlueSession.configurationOf(execution()).region());
    }

    @Override
    public Finding checkAuthentication() throws Exception {
        leave();
        GlueSession opened = GlueSession.of(dialer(), endpoint, execution());
        session = opened;
        databases = opened.databases();
        return new Finding.Passed(null);
    }

    @Override
    public Finding checkPrivileges() throws Exception {
        GlueSession open = session;
        PagedList list = databases;
        if (open == null || list == null) {
            return new Finding.Skipped("nobody is logged in");
        }
        List<String> names = names(list);
        if (names.isEmpty()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "the catalog has no database, or shows the access key none; " + GlueFailures.GRANTS,
                    null);
        }
        PathPatterns scope = execution().target().settings().crawl().patterns();
        List<String> covered = names.stream()
                .filter(name -> scope.coversContainer(List.of(name)))
                .toList();
        if (covered.isEmpty()) {
            return new Finding.Warning(
                    "the connection's patterns cover none of the databases that the access key may see");
        }
        return askForTables(open, covered);
    }

    private List<String> names(PagedList list) throws Exception {
        BoundedList<String> names = new BoundedList<>(
                execution().limits()::checkDatabases, execution().limits());
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            String name = GlueItem.nameOf(item);
            names.add(name, name.length());
        }
        return names.items();
    }

    /** The list of databases says nothing of what may be done with one. */
    private Finding askForTables(GlueSession open, List<String> covered) throws Exception {
        List<String> refused = new ArrayList<>();
        for (String database : covered.subList(0, Math.min(MOST_ASKED, covered.size()))) {
            try {
                open.tables(database);
                return refused.isEmpty()
                        ? new Finding.Passed(null)
                        : new Finding.Warning("Glue shows no tables of these databases, and perhaps of others: "
                                + NameList.shown(refused, execution()) + "; " + GlueFailures.GRANTS);
            } catch (RequestRefusedException e) {
                refused.add(database);
                if (e.isOfTheLogin() || refused.size() == Math.min(MOST_ASKED, covered.size())) {
                    throw e;
                }
            }
        }
        return new Finding.Passed(null);
    }

    @Override
    public void close() {
        super.close();
        if (session != null) {
            session.close();
        }
    }
}
