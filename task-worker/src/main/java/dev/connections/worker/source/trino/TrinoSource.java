package dev.connections.worker.source.trino;

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

/** Trino clusters, without Trino's driver, whose HTTP client takes no socket of ours. */
@Component
final class TrinoSource implements Source {
    private final SourceDialer dialer;

    /** Reaches its clusters through the dialer. */
    TrinoSource(SourceDialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public Technology technology() {
        return Technology.TRINO;
    }

    @Override
    public SourceProbe probe(Execution execution) {
        return new TrinoProbe(execution, dialer);
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        try (TrinoSession session = TrinoSession.of(dialer, crawl.execution())) {
            // A cluster looks at the login with the first statement.
            TrinoRows catalogs =
                    SourceFailures.blaming(this, crawl.execution(), () -> session.query(TrinoSql.CATALOGS, 1));
            new TrinoServerCrawl(crawl, session).read(catalogs);
        }
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return TrinoFailures.errorOf(thrown);
    }
}
