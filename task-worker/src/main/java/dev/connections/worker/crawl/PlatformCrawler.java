package dev.connections.worker.crawl;

import dev.connections.connection.Technology;

/** Reads what is on platforms of some technology. */
public interface PlatformCrawler {
    /** Whether this crawler is for the technology. */
    boolean crawls(Technology technology);

    /**
     * Hands over every object that the crawl reaches, parents before children, and tells which parents' children are
     * complete. It keeps no session on the platform when it returns, and its memory does not grow with the number of
     * tables.
     *
     * @throws Exception which fails the run, and nothing of the crawl is written
     */
    void crawl(Crawl crawl) throws Exception;
}
