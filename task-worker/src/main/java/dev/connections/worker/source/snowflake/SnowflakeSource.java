package dev.connections.worker.source.snowflake;

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

/** Snowflake accounts, by their SQL API. */
@Component
final class SnowflakeSource implements Source {
    private final SourceDialer dialer;

    /** Reaches its accounts through the dialer. */
    SnowflakeSource(SourceDialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public Technology technology() {
        return Technology.SNOWFLAKE;
    }

    @Override
    public boolean isProven() {
        return false;
    }

    @Override
    public SourceProbe probe(Execution execution) {
        return new SnowflakeProbe(execution, dialer);
    }

    @Override
    public void crawl(Crawl crawl) throws Exception {
        Execution execution = crawl.execution();
        try (SnowflakeSession session =
                SourceFailures.blaming(this, execution, () -> SnowflakeSession.of(dialer, execution))) {
            // The account looks at the login with the first command.
            SnowflakeRows databases =
                    SourceFailures.blaming(this, execution, () -> session.query(SnowflakeSql.DATABASES));
            new SnowflakeAccountCrawl(crawl, session).read(databases);
        }
    }

    @Override
    public @Nullable SourceError errorOf(Throwable thrown) {
        return SnowflakeFailures.errorOf(thrown);
    }
}
