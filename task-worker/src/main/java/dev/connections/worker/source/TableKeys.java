package dev.connections.worker.source;

import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The primary and foreign keys of many tables, which a source lists column by column in any order. They are kept in memory
 * while their tables are read, as long as a list may be.
 */
public final class TableKeys {
    private final SourceLimits limits;
    private final Map<String, List<Part>> primary = new HashMap<>();
    private final Map<String, List<Part>> foreign = new HashMap<>();
    private long characters;

    /**
     * One column of one key.
     *
     * @param key its name, which tells the keys of a table apart
     * @param sequence from 1
     * @param referencedPath of the table that a foreign key leads to, from its database down; empty for a primary key
     * @param referencedColumn empty for a primary key
     */
    public record Part(String key, long sequence, String column, List<String> referencedPath, String referencedColumn) {
        /** A column of a primary key. */
        public static Part ofPrimary(String key, long sequence, String column) {
            return new Part(key, sequence, column, List.of(), "");
        }

        private long characters() {
            // What the objects themselves take counts as well: names may be short.
            return 200L
                    + referencedPath.stream().mapToInt(String::length).sum()
                    + key.length()
                    + column.length()
                    + referencedColumn.length();
        }
    }

    /** Begins without keys. */
    public TableKeys(SourceLimits limits) {
        this.limits = limits;
    }

    /**
     * Adds a part.
     *
     * @param table what tells the tables apart, such as the quoted path
     */
    public void add(String table, Part part) {
        characters += table.length() + part.characters();
        limits.checkList(characters);
        put(table, part);
    }

    /**
     * Adds a part where that does not make too many, for a source that can be asked for fewer.
     *
     * @param table what tells the tables apart, such as the quoted path
     * @return whether there was room for it
     */
    public boolean addIfRoom(String table, Part part) {
        long more = table.length() + part.characters();
        if (characters + more > limits.relation()) {
            return false;
        }
        characters += more;
        put(table, part);
        return true;
    }

    private void put(String table, Part part) {
        Map<String, List<Part>> byTable = part.referencedPath.isEmpty() ? primary : foreign;
        byTable.computeIfAbsent(table, it -> new ArrayList<>()).add(part);
    }

    /**
     * Gives the crawl the keys of a table that it has staged.
     *
     * @param keys null where they could not be read: what is known of them is kept
     * @param table as it was added
     */
    public static void stage(@Nullable TableKeys keys, Crawl crawl, RemoteIdentity relation, String table) {
        if (keys == null) {
            crawl.keepKeys(relation);
        } else {
            crawl.addKeys(relation, keys.primaryOf(table), keys.foreignOf(table));
        }
    }

    /** The columns of a table's primary key, in its order; empty where it has none. */
    private List<String> primaryOf(String table) {
        return ordered(primary, table).stream().map(Part::column).toList();
    }

    /** A table's foreign keys, by their names. */
    private List<ForeignKey> foreignOf(String table) {
        Map<String, List<Part>> byName = new LinkedHashMap<>();
        for (Part part : ordered(foreign, table)) {
            byName.computeIfAbsent(part.key, key -> new ArrayList<>()).add(part);
        }
        return byName.entrySet().stream()
                .map(key -> new ForeignKey(
                        key.getKey(),
                        key.getValue().stream().map(Part::column).toList(),
                        key.getValue().getFirst().referencedPath(),
                        key.getValue().stream().map(Part::referencedColumn).toList()))
                .toList();
    }

    private static List<Part> ordered(Map<String, List<Part>> byTable, String table) {
        return byTable.getOrDefault(table, List.of()).stream()
                .sorted(Comparator.comparing(Part::key).thenComparingLong(Part::sequence))
                .toList();
    }
}
