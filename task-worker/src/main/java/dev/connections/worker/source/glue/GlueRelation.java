package dev.connections.worker.source.glue;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.ColumnList;
import dev.connections.worker.source.http.JsonItem;
import java.net.ProtocolException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a table or view of Glue is in the words of the catalog. */
final class GlueRelation {
    /** The only column in Glue that a view of Presto or Trino has; its own are in its text. */
    private static final String PLACEHOLDER = "dummy";

    private final GlueTable table;
    private final SourceLimits limits;
    private final @Nullable PrestoView presto;
    private final String tableType;

    GlueRelation(GlueTable table, SourceLimits limits) {
        this.table = table;
        this.limits = limits;
        this.presto = PrestoView.of(table.members().text("ViewOriginalText"), limits);
        this.tableType = table.members().text("TableType");
    }

    boolean isView() {
        return presto != null
                || isMaterialized()
                || tableType.endsWith("VIEW")
                || table.members().text("IsMultiDialectView").equals("true");
    }

    private boolean isMaterialized() {
        return (presto != null && presto.isMaterialized())
                || tableType.equals("MATERIALIZED_VIEW")
                || table.members().text("IsMaterializedView").equals("true");
    }

    /** The statement of a view; null where Glue has none. */
    @Nullable
    String definition() {
        if (presto != null) {
            return presto.sql();
        }
        JsonItem members = table.members();
        return Stream.of(members.text("ViewOriginalText"), members.text("ViewExpandedText"))
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse(table.representation());
    }

    /** What is staged, but for the statement of a view. */
    FoundObject found(RemoteIdentity identity) throws ProtocolException {
        ObjectType type = GlueTypes.relation(tableType, isView(), isMaterialized());
        return new FoundObject(
                identity,
                table.name(),
                type,
                traits(),
                description(),
                new ObjectDetail(columns(), List.of(), List.of(), null));
    }

    private RemoteTraits traits() {
        JsonItem parameters = table.parameters();
        String format = Stream.of("table_type", "classification", "spark.sql.sources.provider")
                .map(parameters::text)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse(null);
        return new RemoteTraits(
                tableType.isEmpty()
                        ? "table"
                        : tableType.toLowerCase(Locale.ROOT).replace('_', ' '),
                format,
                table.isLink() ? "resource link" : null,
                GlueItem.timeOf(table.members(), "CreateTime"),
                changed());
    }

    /** Each write to a table in Iceberg's format changes the table in Glue, which names its newest file of metadata. */
    private @Nullable Instant changed() {
        boolean moves = table.parameters().text("table_type").equalsIgnoreCase("ICEBERG");
        return moves ? null : GlueItem.timeOf(table.members(), "UpdateTime");
    }

    /** The comment among a view's parameters is the engine's own: Presto View. */
    private @Nullable String description() {
        String description = table.members().filledOrNull("Description");
        if (description != null) {
            return description;
        }
        return presto == null ? table.parameters().filledOrNull("comment") : presto.comment();
    }

    private List<Column> columns() throws ProtocolException {
        ColumnList columns = new ColumnList(limits);
        for (GlueTable.Column column : shownColumns()) {
            String comment = column.comment() == null || column.comment().isEmpty() ? null : column.comment();
            columns.add(new Column(
                    GlueItem.checked(column.name()),
                    columns.nextOrdinal(),
                    column.type(),
                    GlueTypes.column(column.type()),
                    column.nullable(),
                    null,
                    false,
                    false,
                    comment));
        }
        return columns.items();
    }

    private List<GlueTable.Column> shownColumns() {
        List<GlueTable.Column> own = table.columns();
        boolean isPlaceholder = own.size() == 1 && own.getFirst().name().equals(PLACEHOLDER);
        if (presto == null || (!own.isEmpty() && !isPlaceholder)) {
            return own;
        }
        List<GlueTable.Column> others = presto.columns();
        // Of these Glue has not seen the names.
        return others.stream().allMatch(column -> GlueItem.isShort(column.name())) ? others : own;
    }
}
