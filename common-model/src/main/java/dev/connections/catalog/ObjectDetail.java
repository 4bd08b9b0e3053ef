package dev.connections.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns and keys of a table or view, stored as JSON of this shape. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ObjectDetail(
        List<Column> columns,
        List<String> primaryKey,
        List<ForeignKey> foreignKeys,
        @Nullable String viewDefinition) {
    /** A database or schema has no detail. */
    public static final ObjectDetail NONE = new ObjectDetail(List.of(), List.of(), List.of(), null);

    public ObjectDetail {
        columns = List.copyOf(columns);
        primaryKey = storable(primaryKey);
        foreignKeys = List.copyOf(foreignKeys);
        viewDefinition = StorableText.orNull(viewDefinition);
    }

    /**
     * A column.
     *
     * @param ordinal the source's own number, from 1; a dropped column leaves a gap
     * @param remoteType in the source's own notation, with length and precision
     * @param defaultValue the expression of the default or of the generated column
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Column(
            String name,
            int ordinal,
            String remoteType,
            ColumnType normalizedType,
            boolean nullable,
            @Nullable String defaultValue,
            boolean generated,
            boolean identity,
            @Nullable String description) {
        public Column {
            name = StorableText.of(name);
            remoteType = StorableText.of(remoteType);
            defaultValue = StorableText.orNull(defaultValue);
            description = StorableText.orNull(description);
        }
    }

    /** A foreign key; both lists of columns are in key order. */
    public record ForeignKey(
            String name, List<String> columns, List<String> referencedPath, List<String> referencedColumns) {
        public ForeignKey {
            name = StorableText.of(name);
            columns = storable(columns);
            referencedPath = storable(referencedPath);
            referencedColumns = storable(referencedColumns);
        }
    }

    private static List<String> storable(List<String> names) {
        return names.stream().map(StorableText::of).toList();
    }
}
