package dev.connections.worker.source.databricks;

import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import java.net.ProtocolException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The members that catalogs, schemas and tables have alike. */
final class DatabricksItem {
    /** In ms; later than that is no time that anything was made. */
    private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();

    private DatabricksItem() {}

    /** The name, which each has. */
    static String nameOf(JsonNode item) throws ProtocolException {
        String name = DatabricksPage.textOrNull(item, "name");
        if (name == null || name.isEmpty()) {
            throw new ProtocolException("an item without a name");
        }
        return name;
    }

    static @Nullable String comment(JsonNode item) {
        String comment = DatabricksPage.textOrNull(item, "comment");
        return comment == null || comment.isEmpty() ? null : comment;
    }

    /**
     * What the workspace says of its nature.
     *
     * @param type in its words
     */
    static RemoteTraits traits(JsonNode item, String type) {
        return new RemoteTraits(
                type,
                DatabricksPage.textOrNull(item, "data_source_format"),
                DatabricksPage.textOrNull(item, "catalog_type"),
                timeOf(item, "created_at"),
                timeOf(item, "updated_at"));
    }

    private static @Nullable Instant timeOf(JsonNode item, String member) {
        long millis = item.path(member).asLong(0);
        return millis > 0 && millis < LATEST ? Instant.ofEpochMilli(millis) : null;
    }

    /** The columns of a table, in their order; their numbers begin with 1. */
    static List<Column> columns(JsonNode table, SourceLimits limits) {
        List<JsonNode> items = new ArrayList<>();
        table.path("columns").forEach(items::add);
        limits.checkRelationRows(items.size());
        items.sort(Comparator.comparingInt(item -> item.path("position").asInt(Integer.MAX_VALUE)));
        List<Column> columns = new ArrayList<>();
        long characters = 0;
        for (JsonNode item : items) {
            String type = textOf(item, "type_text");
            Column column = new Column(
                    textOf(item, "name"),
                    columns.size() + 1,
                    type,
                    DatabricksTypes.column(type),
                    item.path("nullable").asBoolean(true),
                    null,
                    false,
                    false,
                    comment(item));
            columns.add(column);
            characters += column.name().length()
                    + type.length()
                    + Objects.requireNonNullElse(column.description(), "").length();
            limits.checkRelation(characters);
        }
        return List.copyOf(columns);
    }

    static String textOf(JsonNode item, String member) {
        return Objects.requireNonNullElse(DatabricksPage.textOrNull(item, member), "");
    }
}
