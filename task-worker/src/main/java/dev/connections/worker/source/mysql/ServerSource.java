package dev.connections.worker.source.mysql;

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

/** What both technologies do. */
abstract class ServerSource implements Source {
    private final Technology technology;
    private final MysqlDialect dialect = new MysqlDialect();
    private final JdbcSessions sessions;

    ServerSource(Technology technology, SourceDialer dialer) {
        this.technology = technology;
        this.sessions = new JdbcSessions(dialer, this, dialect);
    }

    @Override
    public final Technology technology() {
        return technology;
    }

    @Override
    public final SourceProbe probe(Execution execution) {
        return new JdbcProbe(execution, sessions, dialect);
    }

    @Override
    public final void crawl(Crawl crawl) throws Exception {
        new MysqlServerCrawl(crawl, sessions).read();
    }

    @Override
    public final @Nullable SourceError errorOf(Throwable thrown) {
        return MysqlFailures.errorOf(thrown);
    }
}
