package dev.connections.worker.crawl;

/** Reads what is at the source of a crawl's connection. */
@FunctionalInterface
public interface Crawler {
    /**
     * Hands over what the source has.
     *
     * @throws Exception which fails the run, and nothing of the crawl is written
     */
    void crawl(Crawl crawl) throws Exception;
}
