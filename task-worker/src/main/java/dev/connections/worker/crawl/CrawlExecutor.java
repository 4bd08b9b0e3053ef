package dev.connections.worker.crawl;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CatalogStaging;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.TaskExecutor;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Crawls: reads the platform into the staging area, which is merged into the catalog when the run ends. */
@Component
final class CrawlExecutor implements TaskExecutor {
    private final DataSource dataSource;
    private final List<PlatformCrawler> crawlers;

    CrawlExecutor(DataSource dataSource, List<PlatformCrawler> crawlers) {
        this.dataSource = dataSource;
        this.crawlers = List.copyOf(crawlers);
    }

    @Override
    public TaskType type() {
        return TaskType.CRAWL;
    }

    @Override
    public Outcome execute(Execution execution) throws Exception {
        PlatformCrawler crawler = crawlerOf(execution.target().technology());
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
                crawler.crawl(crawl);
            }
            execution.checkNotStopped();
            staging.complete();
            if (passedOver) {
                // Nobody has asked the platform, so there is nothing to say of the connection.
                return new Outcome.Succeeded(staging);
            }
            return crawl.left().isEmpty()
                    ? new Outcome.Succeeded(
                            new CrawlEffect(staging, execution.target().connectionId()))
                    : new Outcome.Split(
                            new SplitCrawlEffect(staging, execution.run(), execution.target(), crawl.left()));
        } catch (Throwable e) {
            staging.close();
            throw e;
        }
    }

    private PlatformCrawler crawlerOf(Technology technology) {
        return crawlers.stream()
                .filter(crawler -> crawler.crawls(technology))
                .findFirst()
                .orElseThrow(() -> new RunFailedException(
                        ErrorCode.UNSUPPORTED_TECHNOLOGY,
                        "there is no crawler for " + technology.label() + " in this version",
                        null));
    }
}
