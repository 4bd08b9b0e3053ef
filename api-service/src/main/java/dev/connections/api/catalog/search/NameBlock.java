package dev.connections.api.catalog.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive names that may contain the text of a search.
 *
 * @param first the inclusive lower bound of the names
 * @param stop the exclusive upper bound of the names
 */
record NameBlock(String first, String stop) {
    /** The blocks in their given order, with adjacent blocks merged. */
    static List<NameBlock> joined(List<NameBlock> blocks) {
        List<NameBlock> joined = new ArrayList<>();
        for (NameBlock block : blocks) {
            NameBlock last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.stop.equals(block.first)) {
                joined.set(joined.size() - 1, new NameBlock(last.first, block.stop));
            } else if (last != null && last.first.equals(block.stop)) {
                joined.set(joined.size() - 1, new NameBlock(block.first, last.stop));
            } else {
                joined.add(block);
            }
        }
        return joined;
    }
}
