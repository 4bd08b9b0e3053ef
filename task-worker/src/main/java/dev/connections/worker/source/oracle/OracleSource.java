package dev.connections.worker.source.oracle;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.SourceProbe;
import dev.connections.worker.source.jdbc.JdbcProbe;
import dev.connections.worker.source.jdbc.JdbcSessions;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Oracle databases, version 12.2 and later. */
@Component
final class OracleSource implements Source {
    private final OracleDialect dialect;
    private final JdbcSessions sessions;

    /** Reaches its databases through the dialer. */
    @Autowired
    OracleSource(SourceDialer dialer) {
        this(dialer, new OracleLogin());
    }

    OracleSource(SourceDialer dialer, OracleConnector connector) {
        this.dialect = new OracleDialect(connector);
        this.sessions = new JdbcSessions(dialer, this, dialect);
    }

    @Override
    public Technology technology() {
        return Technology.ORACLE;
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
        new OracleServerCrawl(crawl, sessions).read();
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return OracleFailures.errorOf(thrown);
    }
}
