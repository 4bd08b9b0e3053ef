package dev.connections.worker.source;

import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Crawls the databases of a source one after the other. Behind each may be another system: one that fails is a warning, and
 * what is known of it stays.
 */
public final class EachDatabase {
    private final Crawl crawl;
    private final String word;
    private final Reader reader;
    private final Predicate<Exception> isOfOne;

    /** Reads the inside of a database that the crawl has entered. */
    public interface Reader {
        void read(Container database) throws Exception;
    }

    /**
     * Crawls with a technology's reader.
     *
     * @param word what people call a database of the technology
     * @param isOfOne whether a failure says nothing of the other databases
     */
    public EachDatabase(Crawl crawl, String word, Reader reader, Predicate<Exception> isOfOne) {
        this.crawl = crawl;
        this.word = word;
        this.reader = reader;
        this.isOfOne = isOfOne;
    }

    /** Reads all that the crawl reaches. If all fail, or the one that the crawl is of, then the crawl has failed. */
    public void read(List<FoundObject> databases) throws Exception {
        crawl.recognize(null, databases);
        List<Container> entered = new ArrayList<>();
        for (FoundObject database : databases) {
            if (crawl.reaches(null, database.identity(), database.name())) {
                Container container = crawl.enter(null, database);
                if (container.isEntered()) {
                    entered.add(container);
                } else {
                    crawl.complete(container);
                }
            }
        }
        crawl.complete(null);
        int failed = 0;
        for (Container database : entered) {
            try {
                reader.read(database);
            } catch (Exception e) {
                failed++;
                if (!isOfOne.test(e) || crawl.isSubtree() || failed == entered.size()) {
                    throw e;
                }
                warn(database, e);
            }
        }
    }

    private void warn(Container database, Exception failed) {
        crawl.warn(word + " "
                + RemoteText.shown(database.placed().path().getLast(), crawl.execution())
                + " could not be read to its end, so the rest of it was left as it is; the source said: "
                + RemoteText.shown(failed.getMessage(), crawl.execution()));
    }
}
