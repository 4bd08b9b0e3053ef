package dev.connections.api.catalog.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Names that follow each other and may hold the text that a search looks for.
 *
 * @param first no name is before it
 * @param stop every name is before it
 */
record NameBlock(String first, String stop) {
    /** The blocks, in the order that they come in, with neighbours made one. */
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
