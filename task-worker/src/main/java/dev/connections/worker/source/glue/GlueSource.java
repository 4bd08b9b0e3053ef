package dev.connections.worker.source.glue;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.SourceFailures;
import dev.connections.worker.source.SourceProbe;
import dev.connections.worker.source.http.PagedList;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The AWS Glue Data Catalog, by its API. */
@Component
final class GlueSource implements Source {
    private final SourceDialer dialer;
    private final GlueEndpoint endpoint;

    /**
     * Reaches Glue through the dialer.
     *
     * @throws IllegalArgumentException where the operator's endpoint is no address
     */
    GlueSource(SourceDialer dialer) {
        this.dialer = dialer;
        this.endpoint = new GlueEndpoint(dialer.endpoints().glue());
    }

    @Override
    public Technology technology() {
        return Technology.GLUE;
    }

    @Override
    public boolean isProven() {
        return false;
    }

    @Override
    public SourceProbe probe(Execution execution) {
        return new GlueProbe(execution, dialer, endpoint);
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        Execution execution = crawl.execution();
        try (GlueSession session =
                SourceFailures.blaming(this, execution, () -> GlueSession.of(dialer, endpoint, execution))) {
            // Each request is signed; Glue looks at the key with the first.
            PagedList databases = SourceFailures.blaming(this, execution, session::databases);
            new GlueCatalogCrawl(crawl, session).read(databases);
        }
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return GlueFailures.errorOf(thrown);
    }
}
