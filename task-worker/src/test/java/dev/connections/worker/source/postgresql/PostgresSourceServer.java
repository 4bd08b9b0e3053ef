package dev.connections.worker.source.postgresql;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.CrawlFixture;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.pgwire.WireSourceServer;

/** A real PostgreSQL server. */
final class PostgresSourceServer extends WireSourceServer {
    private static final class Shared {
        private static final PostgresSourceServer SERVER = new PostgresSourceServer();
    }

    private PostgresSourceServer() {
        super(CrawlFixture.server());
        postgres().execute("postgres", "create role " + USER + " login superuser password '" + SECRET + "'");
    }

    /** The one that tests share. */
    static PostgresSourceServer shared() {
        return Shared.SERVER;
    }

    @Override
    public Technology technology() {
        return Technology.POSTGRESQL;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new PostgresSource(dialer);
    }

    @Override
    public int port() {
        return postgres().port();
    }
}
