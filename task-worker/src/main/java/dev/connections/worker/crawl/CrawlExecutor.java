package dev.connections.worker.crawl;

import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CatalogStaging;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Crawls: reads the source into the staging area, which is merged into the catalog when the run ends. */
@Component
final class CrawlExecutor implements TaskExecutor {
    private final DataSource dataSource;
    private final Crawler crawler;

    CrawlExecutor(DataSource dataSource, Crawler crawler) {
        this.dataSource = dataSource;
        this.crawler = crawler;
    }

    @Override
    public TaskType type() {
        return TaskType.CRAWL;
    }

    @Override
    public Outcome execute(Execution execution) throws Exception {
        execution.progress("READING", 0, null);
        CatalogStaging staging = CatalogStaging.open(dataSource, execution);
        try {
            KnownObjects known = KnownObjects.load(
                    JdbcClient.create(staging.session()),
                    execution.target(),
                    execution.run().input().objectId());
            Crawl crawl = new Crawl(execution, staging, known);
            boolean passedOver = crawl.passesOverStart();
            if (!passedOver) {
                execution.advance();
                crawler.crawl(crawl);
                execution.endReading();
                crawl.warnIfNothingIsCovered();
            }
            execution.checkNotStopped();
            staging.finish();
            if (passedOver) {
                // Nobody has asked the source, so there is nothing to say of the connection.
                return new Outcome.Succeeded(staging);
            }
            return crawl.delegated().isEmpty()
                    ? new Outcome.Succeeded(
                            new CrawlEffect(staging, execution.target().connectionId()))
                    : new Outcome.Split(
                            new SplitCrawlEffect(staging, execution.run(), execution.target(), crawl.delegated()));
        } catch (Throwable e) {
            staging.close();
            throw e;
        }
    }
}
