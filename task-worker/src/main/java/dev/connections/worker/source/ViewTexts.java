package dev.connections.worker.source;

import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Crawl;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The definitions of views of one database that come after the views. To close it says which have none that the account may
 * see: what is known of those is kept.
 */
public final class ViewTexts implements AutoCloseable {
    private final Crawl crawl;
    private final String database;
    private final Set<RemoteIdentity> missing = new LinkedHashSet<>();
    private boolean wereAsked;
    private long characters;
    private long expected;

    /**
     * Begins without views.
     *
     * @param database in words of the technology, such as catalog and its name
     */
    public ViewTexts(Crawl crawl, String database) {
        this.crawl = crawl;
        this.database = database;
    }

    /** Takes note of a view before it is staged. */
    public void expect(RemoteIdentity view) {
        missing.add(view);
        expected++;
        crawl.execution().limits().checkDefinitions(missing.size());
        characters += view.id().length();
        crawl.execution().limits().checkList(characters);
    }

    /** How many views were expected so far, whether their texts have come or not. */
    public long expected() {
        return expected;
    }

    /** Takes the text of a view; one that is not expected is passed over. */
    public void add(RemoteIdentity view, String text) {
        if (!text.isEmpty() && missing.remove(view)) {
            crawl.addText(view, 0, text);
        }
    }

    /** Says that all texts that there are have come. */
    public void end() {
        wereAsked = true;
    }

    @Override
    public void close() {
        missing.forEach(hidden -> crawl.addText(hidden, 0, null));
        if (wereAsked && !missing.isEmpty()) {
            List<String> hidden = missing.stream().map(RemoteIdentity::id).toList();
            crawl.warn("the definitions of these views of " + database
                    + " could not be read, so what is known of them was kept: "
                    + NameList.shown(hidden, crawl.execution()));
        }
    }
}
