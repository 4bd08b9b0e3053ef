package dev.connections.worker.source.bigquery;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.SourceFailures;
import dev.connections.worker.source.SourceProbe;
import dev.connections.worker.source.http.HttpTarget;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Projects of BigQuery, by its REST API; no query is run. */
@Component
final class BigQuerySource implements Source {
    private final SourceDialer dialer;

    /**
     * Reaches the API and the authority through the dialer.
     *
     * @throws IllegalArgumentException where the operator's endpoints are none, which stops the worker and not a run
     */
    BigQuerySource(SourceDialer dialer) {
        this.dialer = dialer;
        HttpTarget.ofEndpoint(dialer.endpoints().bigQuery());
        HttpTarget.ofEndpoint(dialer.endpoints().googleTokens());
    }

    @Override
    public Technology technology() {
        return Technology.BIG_QUERY;
    }

    @Override
    public boolean isProven() {
        return false;
    }

    @Override
    public SourceProbe probe(Execution execution) {
        return new BigQueryProbe(execution, dialer);
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        Execution execution = crawl.execution();
        try (BigQuerySession session =
                SourceFailures.blaming(this, execution, () -> BigQuerySession.of(dialer, execution))) {
            SourceFailures.blaming(this, execution, () -> {
                session.logIn();
                return true;
            });
            new BigQueryProjectCrawl(crawl, session).read();
        }
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return BigQueryFailures.errorOf(thrown);
    }
}
