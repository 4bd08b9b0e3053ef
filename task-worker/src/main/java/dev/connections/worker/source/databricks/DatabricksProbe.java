package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.connection.PathPatterns;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.VisibleDatabases;
import dev.connections.worker.source.http.HttpProbe;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.JsonItem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a workspace: its port, TLS, a request as the account, which catalogs the account may browse, and whether keys
 * can be read on the SQL warehouse.
 */
final class DatabricksProbe extends HttpProbe {
    /** Shorter than a validation may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int MOST_SCHEMAS = 10;

    private static final String WITHOUT_KEYS =
            "a crawl will read no primary and foreign keys, which need a SQL warehouse: ";
    private static final String WHAT_TO_GRANT =
            "give the account CAN USE on the warehouse, and GRANT USE CATALOG, USE SCHEMA,"
                    + " SELECT ON CATALOG <catalog> TO <account>; docs/sources/databricks.md has the commands";

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
        DatabricksSession open = session;
        if (list == null || open == null) {
            return new Finding.Skipped("nobody is logged in");
        }
        BoundedList<String> names = new BoundedList<>(
                execution().limits()::checkDatabases, execution().limits());
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            String name = DatabricksItem.nameOf(item);
            names.add(name, name.length());
        }
        Finding seen = VisibleDatabases.check(
                execution(),
                "catalog",
                names.items(),
                workspace.catalog(),
                "the workspace shows the account no catalog: GRANT BROWSE ON CATALOG <catalog> TO <account>");
        PathPatterns scope = execution().target().settings().crawl().patterns();
        String sample = names.items().stream()
                .filter(name -> scope.coversContainer(List.of(name)))
                .findFirst()
                .orElse(names.items().getFirst());
        return both(both(seen, checkColumns(open, sample)), checkKeys(open, sample));
    }

    /** Of the first table in the first schemas of a catalog; a crawl reads the others. */
    private Finding checkColumns(DatabricksSession open, String catalog) throws Exception {
        try {
            DatabricksList schemas = open.schemas(catalog);
            for (int i = 0; i < MOST_SCHEMAS; i++) {
                JsonItem schema = schemas.next();
                if (schema == null) {
                    break;
                }
                JsonItem table =
                        open.tables(catalog, DatabricksItem.nameOf(schema)).next();
                if (table != null) {
                    return DatabricksItem.columns(table, execution().limits()) != null
                            ? new Finding.Passed(null)
                            : new Finding.Warning(
                                    "a crawl will read no columns, of at least one table: GRANT USE CATALOG, USE SCHEMA, SELECT"
                                            + " ON CATALOG <catalog> TO <account>");
                }
            }
            return new Finding.Passed(null);
        } catch (RequestRefusedException e) {
            if (e.isOfTheLogin()) {
                throw e;
            }
            return new Finding.Warning(
                    "the workspace refuses to list what is in a catalog: GRANT BROWSE ON CATALOG <catalog>"
                            + " TO <account>, or USE CATALOG, USE SCHEMA, SELECT");
        }
    }

    /** A crawl goes without them, and its owner should not find that out from the catalog. */
    private Finding checkKeys(DatabricksSession open, String catalog) throws Exception {
        try (DatabricksWarehouse warehouse = new DatabricksWarehouse(execution(), open, workspace, PATIENCE)) {
            if (!warehouse.isConfigured()) {
                return new Finding.Warning(WITHOUT_KEYS + "the connection's httpPath leads to none"
                        + " (/sql/1.0/warehouses/<id>); with one, " + WHAT_TO_GRANT);
            }
            String state = warehouse.state();
            if (!state.equals(DatabricksWarehouse.RUNNING)) {
                return new Finding.Passed("the SQL warehouse does not run now (" + RemoteText.shown(state, execution())
                        + "); a crawl starts none, and reads primary and foreign keys only while it runs");
            }
            boolean ended = warehouse.execute(KeyStatements.page(catalog, List.of(), null, 1), row -> true)
                    != DatabricksWarehouse.Outcome.UNFINISHED;
            return ended
                    ? new Finding.Passed(null)
                    : new Finding.Warning("the SQL warehouse did not end a statement of one row within "
                            + PATIENCE.toSeconds() + " s; a crawl waits longer, and else goes without keys");
        } catch (RequestRefusedException e) {
            if (e.isOfTheLogin()) {
                throw e;
            }
            return new Finding.Warning(WITHOUT_KEYS + "the workspace refused the one of the connection's httpPath ("
                    + RemoteText.shown(e.getMessage(), execution()) + "); " + WHAT_TO_GRANT);
        }
    }

    private static Finding both(Finding one, Finding other) {
        if (!(one instanceof Finding.Warning)) {
            return other;
        }
        return other instanceof Finding.Warning ? new Finding.Warning(one.message() + "; " + other.message()) : one;
    }

    @Override
    public void close() {
        super.close();
        if (session != null) {
            session.close();
        }
    }
}
