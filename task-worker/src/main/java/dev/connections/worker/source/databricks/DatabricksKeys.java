package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.databricks.DatabricksWarehouse.Outcome;
import dev.connections.worker.source.databricks.DatabricksWarehouse.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of a workspace, which no list of Unity Catalog has, on its SQL warehouse while that runs. What cannot be read
 * is a warning.
 */
final class DatabricksKeys implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Crawl crawl;
    private final DatabricksWarehouse warehouse;
    private @Nullable Boolean isRunning;

    DatabricksKeys(Crawl crawl, DatabricksSession session, Databricks workspace) {
        this.crawl = crawl;
        this.warehouse = new DatabricksWarehouse(crawl.execution(), session, workspace, PATIENCE);
    }

    /** The keys of one catalog, of which none is read yet. */
    CatalogKeys of(String catalog) {
        return new CatalogKeys(crawl, this, catalog);
    }

    /** Executes a statement that reads keys of a catalog; null, after a warning, where they cannot be read. */
    @Nullable
    Outcome read(String catalog, Statement statement, KeyPage page) throws Exception {
        try {
            if (!isRunning()) {
                return null;
            }
            Outcome outcome = warehouse.execute(statement, page);
            if (outcome == Outcome.UNFINISHED) {
                warn(catalog, "the workspace said: the statement did not end in time");
                return null;
            }
            return outcome;
        } catch (RequestRefusedException e) {
            if (e.isOfTheLogin()) {
                throw e;
            }
            warehouse.forget();
            warn(catalog, "the workspace said: " + RemoteText.shown(e.getMessage(), crawl.execution()));
            return null;
        }
    }

    /** Warns that keys of a catalog were not read. */
    void warn(String catalog, String why) {
        crawl.warn("the keys of catalog " + RemoteText.shown(catalog, crawl.execution())
                + " could not be read, so what is known of them was kept; " + why);
    }

    /** Whether statements can run without starting anything; the workspace is asked once. */
    private boolean isRunning() throws Exception {
        if (isRunning == null) {
            isRunning = false;
            String state = warehouse.isConfigured() ? warehouse.state() : "";
            isRunning = state.equals(DatabricksWarehouse.RUNNING);
            if (!isRunning) {
                crawl.warn("keys were not read, so what is known of them was kept: " + whyNot(state));
            }
        }
        return isRunning;
    }

    private String whyNot(String state) {
        return warehouse.isConfigured()
                ? "the SQL warehouse of the connection's httpPath is not running ("
                        + RemoteText.shown(state, crawl.execution()) + "), and a crawl starts none"
                : "the connection's httpPath leads to no SQL warehouse (/sql/1.0/warehouses/<id>)";
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
