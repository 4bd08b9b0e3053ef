package dev.connections.worker.source.databricks;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.SourceFailures;
import dev.connections.worker.source.SourceProbe;
import java.util.concurrent.Callable;
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
        try (DatabricksSession session = blaming(crawl, () -> DatabricksSession.of(dialer, crawl.execution()))) {
            // A workspace looks at the token with the first request.
            new DatabricksWorkspaceCrawl(crawl, session).read(blaming(crawl, session::catalogs));
        }
    }

    /** Does what logs in; where that fails, the connection is to blame. */
    private <T> T blaming(Crawl crawl, Callable<T> login) throws Exception {
        try {
            return SourceFailures.translated(this, crawl.execution(), login);
        } catch (RunFailedException e) {
            throw e.error().code() == ErrorCode.INTERNAL_ERROR
                    ? e
                    : RunFailedException.notConnected(e.error(), e.getCause());
        }
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return DatabricksFailures.errorOf(thrown);
    }
}
