package dev.connections.worker.source.sqlserver;

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

/** SQL Server, Azure SQL Database and Azure SQL Managed Instance. */
@Component
final class SqlServerSource implements Source {
    private final SqlServerDialect dialect = new SqlServerDialect();
    private final JdbcSessions sessions;

    /** Reaches its servers through the dialer. */
    SqlServerSource(SourceDialer dialer) {
        this.sessions = new JdbcSessions(dialer, this, dialect);
    }

    @Override
    public Technology technology() {
        return Technology.SQL_SERVER;
    }

    @Override
    public boolean isProven() {
        return false;
    }

    @Override
    public SourceProbe probe(Execution execution) {
        return new JdbcProbe(execution, sessions, dialect);
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        new DatabaseByDatabase(crawl, sessions, new SqlServerCrawl(crawl, sessions)).read();
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return SqlServerFailures.errorOf(thrown);
    }
}
