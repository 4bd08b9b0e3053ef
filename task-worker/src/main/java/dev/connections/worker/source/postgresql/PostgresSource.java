package dev.connections.worker.source.postgresql;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.SourceProbe;
import dev.connections.worker.source.jdbc.DatabaseByDatabase;
import dev.connections.worker.source.jdbc.JdbcProbe;
import dev.connections.worker.source.jdbc.JdbcSessions;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** PostgreSQL servers, version 12 and later. */
@Component
public final class PostgresSource implements Source {
    private final PostgresDialect dialect = new PostgresDialect();
    private final JdbcSessions sessions;

    /** Reaches its servers through the dialer. */
    public PostgresSource(SourceDialer dialer) {
        this.sessions = new JdbcSessions(dialer, this, dialect);
    }

    @Override
    public Technology technology() {
        return Technology.POSTGRESQL;
    }

    @Override
    public SourceProbe probe(Execution execution) {
        return new JdbcProbe(execution, sessions, dialect);
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        new DatabaseByDatabase(crawl, sessions, new PostgresServerCrawl(crawl)).read();
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return PostgresFailures.errorOf(thrown);
    }
}
