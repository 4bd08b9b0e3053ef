package dev.connections.worker.source.databricks;

import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.ColumnList;
import dev.connections.worker.source.http.JsonItem;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of catalogs, schemas and tables. Source: Databricks' reference of its REST API. */
final class DatabricksItem {
    private static final Set<String> MEMBERS = Set.of(
            "name",
            "comment",
            "schema_id",
            "table_id",
            "table_type",
            "data_source_format",
            "catalog_type",
            "created_at",
            "updated_at",
            "view_definition");

    private static final Set<String> MEMBERS_OF_COLUMN = Set.of("name", "type_text", "position", "nullable", "comment");

    private DatabricksItem() {}

    /** What is kept of an item. */
    static JsonItem.Shape shape(SourceLimits limits) {
        return new JsonItem.Shape(MEMBERS, "columns", MEMBERS_OF_COLUMN, limits::checkRelationRows);
    }

    /** The name, which each has. */
    static String nameOf(JsonItem item) throws ProtocolException {
        return item.required("name");
    }

    /**
     * What the workspace says of its nature.
     *
     * @param type in its words
     */
    static RemoteTraits traits(JsonItem item, String type) {
        return new RemoteTraits(
                type,
                item.textOrNull("data_source_format"),
                item.textOrNull("catalog_type"),
                item.time("created_at"),
                item.time("updated_at"));
    }

    /** The columns of a table, in their order, with numbers from 1; null where the workspace shows none. */
    static @Nullable List<Column> columns(JsonItem table, SourceLimits limits) {
        if (table.parts() == null || table.parts().isEmpty()) {
            return null;
        }
        List<JsonItem> items = new ArrayList<>(table.parts());
        items.sort(Comparator.comparingLong(item -> item.number("position", Integer.MAX_VALUE)));
        ColumnList columns = new ColumnList(limits);
        for (JsonItem item : items) {
            String type = item.text("type_text");
            columns.add(new Column(
                    item.text("name"),
                    columns.nextOrdinal(),
                    type,
                    DatabricksTypes.column(type),
                    !item.text("nullable").equals("false"),
                    null,
                    false,
                    false,
                    item.filledOrNull("comment")));
        }
        return columns.items();
    }
}
