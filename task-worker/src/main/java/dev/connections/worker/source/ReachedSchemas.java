package dev.connections.worker.source;

import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The schemas of one database whose tables and views a crawl reads, by their names. */
public final class ReachedSchemas {
    private final Crawl crawl;
    private final Map<String, Container> byName = new HashMap<>();
    private final boolean all;

    private ReachedSchemas(Crawl crawl, Container database, List<FoundObject> found) {
        this.crawl = crawl;
        Crawl.OneRelation only = crawl.onlyRelation();
        crawl.recognize(database, found);
        for (FoundObject schema : found) {
            boolean wanted = only == null || only.path().get(1).equals(schema.name());
            if (wanted && crawl.reaches(database, schema.identity(), schema.name())) {
                enter(database, schema);
            }
        }
        if (only == null) {
            crawl.complete(database);
        }
        this.all = byName.size() == found.size();
    }

    /** Stages those that the crawl reaches, out of all that the database has. */
    public static ReachedSchemas enter(Crawl crawl, Container database, List<FoundObject> found) {
        return new ReachedSchemas(crawl, database, found);
    }

    private void enter(Container database, FoundObject schema) {
        Container container = crawl.enter(database, schema);
        if (container.isEntered() && crawl.reads(container)) {
            byName.put(schema.name(), container);
        } else {
            crawl.complete(container);
        }
    }

    /** Whether these are all that the database has. */
    public boolean areAll() {
        return all;
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** The schema of the name; null where it is not read. */
    public @Nullable Container get(String name) {
        return byName.get(name);
    }

    /** Records that one was read to its end, unless only one relation of it was looked for. */
    public void complete(String name) {
        Container schema = byName.get(name);
        if (schema != null && crawl.onlyRelation() == null) {
            crawl.complete(schema);
        }
    }
}
