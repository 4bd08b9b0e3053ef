package dev.connections.worker.source.teradata;

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
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Teradata systems, from version 16.20 on. */
@Component
@EnableConfigurationProperties(TeradataProperties.class)
final class TeradataSource implements Source {
    private final TeradataDialect dialect;
    private final JdbcSessions sessions;

    /** Reaches its systems through the dialer, with the driver that the operator has installed. */
    @Autowired
    TeradataSource(SourceDialer dialer, TeradataProperties properties) {
        this(
                dialer,
                new TeradataDialect(
                        new TeradataDriver(properties.folder()), TeradataAnswers::new, properties.unverifiedLogins()));
    }

    TeradataSource(SourceDialer dialer, TeradataDialect dialect) {
        this.dialect = dialect;
        this.sessions = new JdbcSessions(dialer, this, dialect);
    }

    @Override
    public Technology technology() {
        return Technology.TERADATA;
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
        new TeradataServerCrawl(crawl, sessions).read();
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return TeradataFailures.errorOf(thrown);
    }
}
