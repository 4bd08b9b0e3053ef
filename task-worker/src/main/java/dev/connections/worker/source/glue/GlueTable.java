package dev.connections.worker.source.glue;

import dev.connections.worker.source.http.JsonItem;
import java.net.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table or view, as Glue sends it.
 *
 * @param members its plain members
 * @param parameters those of its parameters that say something of its nature
 * @param columns in their order, those by which it is partitioned last
 * @param isLink whether it is a link to a table elsewhere, whose columns Glue shows to who may see them
 * @param representation the first text of a view that has some, one for each engine
 */
record GlueTable(
        JsonItem members,
        JsonItem parameters,
        List<Column> columns,
        boolean isLink,
        @Nullable String representation) {
    GlueTable {
        columns = List.copyOf(columns);
    }

    /** A column; its type is in the notation of Hive, or of the engine that the view is of. */
    record Column(String name, String type, @Nullable String comment, boolean nullable) {}

    /** The name, which each has. */
    String name() throws ProtocolException {
        return GlueItem.nameOf(members);
    }
}
