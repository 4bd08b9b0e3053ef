package dev.connections.worker.source;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import org.jspecify.annotations.Nullable;

/**
 * All that a worker knows of one technology; one instance serves every run, on several threads at once. Whatever its
 * methods throw is turned into an error of the contract by {@link Sources}, with the help of {@link #errorOf}.
 */
public interface Source {
    /** Which technology this is. */
    Technology technology();

    /** Whether crawls of it were tried on a real server; where not, each says so in a warning. */
    default boolean isProven() {
        return true;
    }

    /** Begins a validation; nothing has been dialed yet. */
    SourceProbe probe(Execution execution);

    /**
     * Hands over every object that the crawl reaches, parents before children, and reports which parents' children are
     * complete. It keeps no session at the source when it returns, holds no lock on a user's relation for longer than a
     * short statement, and its memory does not grow with the number of tables.
     *
     * @throws Exception which fails the run, and nothing of the crawl is written
     */
    void crawl(Crawl crawl) throws Exception;

    /**
     * The error that an exception of the technology's driver stands for.
     *
     * @param thrown one exception of a chain of causes, none of which is the network's
     * @return null where it is no exception of the driver
     */
    @Nullable
    SourceError errorOf(Throwable thrown);
}
