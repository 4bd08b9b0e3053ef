package dev.connections.worker.source.databricks;

import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.TableKeys;
import dev.connections.worker.source.databricks.DatabricksWarehouse.Outcome;
import dev.connections.worker.source.databricks.KeyStatements.Place;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one catalog. They are read before its tables with one statement; where they are too many for that, the staged
 * tables wait for theirs, some at a time, which come page by page. Of neither is more in memory than a list may have.
 */
final class CatalogKeys {
    /** Columns of keys that one statement asks for: about three megabytes. */
    static final int PAGE = 20_000;

    /** Tables that wait together, and schemas that they are in: each schema is a parameter of the statement. */
    private static final int MOST_WAITING = 10_000;

    static final int MOST_SCHEMAS = 50;

    /** Where a page is too long still, its rows are longer than names are. */
    private static final int SMALLEST_PAGE = 100;

    private final Crawl crawl;
    private final DatabricksKeys source;
    private final String catalog;
    private final SourceLimits limits;
    private final Map<Place, RemoteIdentity> waiting = new HashMap<>();
    private final Set<String> schemas = new LinkedHashSet<>();
    private final CountedNames withTooMany = new CountedNames();
    /** All that there are; null where they come page by page, or cannot be read now. */
    private @Nullable TableKeys all;

    private boolean arePaged;
    private int size = PAGE;

    CatalogKeys(Crawl crawl, DatabricksKeys source, String catalog) {
        this.crawl = crawl;
        this.source = source;
        this.catalog = catalog;
        this.limits = crawl.execution().limits();
    }

    /** Reads the keys of tables that will be staged, unless they are too many at once. */
    void read(Collection<String> ofSchemas) throws Exception {
        KeyPage page = new KeyPage(limits, PAGE, table -> true);
        Collection<String> named = ofSchemas.size() > MOST_SCHEMAS ? List.of() : ofSchemas;
        Outcome outcome = source.read(catalog, KeyStatements.page(catalog, named, null, PAGE), page);
        boolean isWhole = outcome == Outcome.WHOLE && page.isLast();
        all = isWhole ? page.keys() : null;
        arePaged = outcome != null && !isWhole;
    }

    /** Reads the keys of the only table that will be staged. */
    void readOf(Place table) throws Exception {
        KeyPage page = new KeyPage(limits, PAGE, it -> true);
        Outcome outcome = source.read(catalog, KeyStatements.ofTable(catalog, table, PAGE), page);
        if (outcome == Outcome.WHOLE && page.isLast()) {
            all = page.keys();
        } else if (outcome != null) {
            withTooMany.add(table.schema() + "/" + table.table());
            warnOfTooMany();
        }
    }

    /** Gives the crawl the keys of a table that it has staged, now or with those of others. */
    void stage(RemoteIdentity relation, Place table) throws Exception {
        if (!arePaged) {
            TableKeys.stage(all, crawl, relation, KeyPage.pathOf(table));
            return;
        }
        boolean isFull =
                waiting.size() == MOST_WAITING || (schemas.size() == MOST_SCHEMAS && !schemas.contains(table.schema()));
        if (isFull) {
            readWaiting();
        }
        if (arePaged) {
            waiting.put(table, relation);
            schemas.add(table.schema());
        } else {
            crawl.keepKeys(relation);
        }
    }

    /** Reads the keys of the tables that wait for them. */
    void end() throws Exception {
        readWaiting();
        warnOfTooMany();
    }

    /** Keeps the known keys of tables that still wait, where the reading failed: else they would count as without keys. */
    void keepWaiting() {
        waiting.values().forEach(crawl::keepKeys);
        waiting.clear();
        schemas.clear();
    }

    private void readWaiting() throws Exception {
        Place after = null;
        while (!waiting.isEmpty()) {
            KeyPage page = new KeyPage(limits, size, waiting::containsKey);
            Outcome outcome = source.read(catalog, KeyStatements.page(catalog, schemas, after, size), page);
            if (outcome == Outcome.CUT && size > SMALLEST_PAGE) {
                size /= 2;
                continue;
            }
            if (outcome != Outcome.WHOLE) {
                giveUp(outcome);
                return;
            }
            after = stage(page);
            if (page.isLast()) {
                // What still waits has no keys.
                waiting.clear();
            }
        }
        schemas.clear();
    }

    private void giveUp(@Nullable Outcome outcome) {
        if (outcome != null) {
            source.warn(catalog, size + " columns of them are too long for an answer");
        }
        keepWaiting();
        arePaged = false;
    }

    /** Gives the crawl what a page has, and returns the last table of which it has all. */
    private @Nullable Place stage(KeyPage page) {
        List<Place> tables = page.tables();
        boolean hasMore = !page.isLast();
        if (hasMore && tables.size() == 1) {
            keep(tables.getFirst());
            return tables.getFirst();
        }
        List<Place> whole = hasMore ? tables.subList(0, tables.size() - 1) : tables;
        boolean wasAwaited = false;
        for (Place table : whole) {
            RemoteIdentity relation = waiting.remove(table);
            if (relation != null) {
                wasAwaited = true;
                TableKeys.stage(page.keys(), crawl, relation, KeyPage.pathOf(table));
            }
        }
        if (wasAwaited) {
            // Not for others: a workspace could send the same page for ever.
            crawl.execution().advance();
        }
        return whole.isEmpty() ? null : whole.getLast();
    }

    private void keep(Place table) {
        RemoteIdentity relation = waiting.remove(table);
        if (relation != null) {
            crawl.keepKeys(relation);
            withTooMany.add(table.schema() + "/" + table.table());
        }
    }

    private void warnOfTooMany() {
        if (!withTooMany.isEmpty()) {
            crawl.warn("these tables of catalog " + RemoteText.shown(catalog, crawl.execution())
                    + " have keys of more columns than are read, so what is known of their keys was kept: "
                    + withTooMany.shown(crawl.execution()));
        }
    }
}
