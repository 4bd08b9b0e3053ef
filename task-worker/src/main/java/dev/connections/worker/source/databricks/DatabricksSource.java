package dev.connections.worker.source.databricks;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.SourceFailures;
import dev.connections.worker.source.SourceProbe;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Databricks workspaces with Unity Catalog, by its REST API. */
@Component
final class DatabricksSource implements Source {
    private final SourceDialer dialer;

    /** Reaches its workspaces through the dialer. */
    DatabricksSource(SourceDialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public Technology technology() {
        return Technology.DATABRICKS;
    }

    @Override
    public boolean isProven() {
        return false;
    }

    @Override
    public SourceProbe probe(Execution execution) {
        return new DatabricksProbe(execution, dialer);
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        Execution execution = crawl.execution();
        try (DatabricksSession session =
                SourceFailures.blaming(this, execution, () -> DatabricksSession.of(dialer, execution))) {
            // A workspace looks at the token with the first request.
            DatabricksList catalogs = SourceFailures.blaming(this, execution, session::catalogs);
            try (DatabricksKeys keys = new DatabricksKeys(crawl, session, DatabricksSession.workspaceOf(execution))) {
                new DatabricksWorkspaceCrawl(crawl, session, keys).read(catalogs);
            }
        }
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return DatabricksFailures.errorOf(thrown);
    }
}
