package dev.connections.worker.source.glue;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.SourceJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one table as a stream; what nobody asks for is not kept. Source: Glue's reference, "Table". */
final class TableReader {
    private static final Set<String> MEMBERS = Set.of(
            "Name",
            "Description",
            "CreateTime",
            "UpdateTime",
            "TableType",
            "IsMaterializedView",
            "IsMultiDialectView",
            "ViewOriginalText",
            "ViewExpandedText");

    private static final Set<String> PARAMETERS =
            Set.of("classification", "comment", "spark.sql.sources.provider", "table_type");

    private static final String IS_CURRENT = "iceberg.field.current";
    private static final String IS_OPTIONAL = "iceberg.field.optional";

    private final JsonParser parser;
    private final SourceLimits limits;
    private final Map<String, String> members = new HashMap<>();
    private final Map<String, String> parameters = new HashMap<>();
    private final List<GlueTable.Column> columns = new ArrayList<>();
    private final List<GlueTable.Column> partitionKeys = new ArrayList<>();
    private long rows;
    private boolean isLink;
    private @Nullable String representation;

    private TableReader(JsonParser parser, SourceLimits limits) {
        this.parser = parser;
        this.limits = limits;
    }

    /** Reads the table whose beginning the parser has just read, to its end. */
    static GlueTable read(JsonParser parser, SourceLimits limits) {
        TableReader reader = new TableReader(parser, limits);
        reader.object(JsonToken.START_OBJECT, reader::member);
        reader.columns.addAll(reader.partitionKeys);
        return new GlueTable(
                new JsonItem(reader.members, null),
                new JsonItem(reader.parameters, null),
                reader.columns,
                reader.isLink,
                reader.representation);
    }

    private void member(String name, JsonToken value) {
        switch (name) {
            case "StorageDescriptor" ->
                object(value, (inside, it) -> {
                    if (inside.equals("Columns")) {
                        list(it, () -> column(columns));
                    } else {
                        parser.skipChildren();
                    }
                });
            case "PartitionKeys" -> list(value, () -> column(partitionKeys));
            case "Parameters" -> object(value, (inside, it) -> keep(inside, it, PARAMETERS, parameters));
            case "ViewDefinition" ->
                object(value, (inside, it) -> {
                    if (inside.equals("Representations")) {
                        list(it, this::representation);
                    } else {
                        parser.skipChildren();
                    }
                });
            case "TargetTable" -> {
                isLink = value == JsonToken.START_OBJECT;
                parser.skipChildren();
            }
            default -> keep(name, value, MEMBERS, members);
        }
    }

    /** Of a table in Iceberg's format Glue has the columns of earlier schemas too. */
    private void column(List<GlueTable.Column> list) {
        Map<String, String> column = new HashMap<>();
        Map<String, String> iceberg = new HashMap<>();
        object(JsonToken.START_OBJECT, (name, value) -> {
            if (name.equals("Parameters")) {
                object(value, (inside, it) -> keep(inside, it, Set.of(IS_CURRENT, IS_OPTIONAL), iceberg));
            } else {
                keep(name, value, Set.of("Name", "Type", "Comment"), column);
            }
        });
        if (!"false".equals(iceberg.get(IS_CURRENT))) {
            list.add(new GlueTable.Column(
                    column.getOrDefault("Name", ""),
                    column.getOrDefault("Type", ""),
                    column.get("Comment"),
                    !"false".equals(iceberg.get(IS_OPTIONAL))));
        }
    }

    private void representation() {
        Map<String, String> texts = SourceJson.members(parser, Set.of("ViewOriginalText", "ViewExpandedText"));
        if (representation == null) {
            representation = texts.getOrDefault("ViewOriginalText", texts.get("ViewExpandedText"));
        }
    }

    private void keep(String name, JsonToken value, Set<String> wanted, Map<String, String> kept) {
        if (SourceJson.isPlain(value) && wanted.contains(name)) {
            kept.put(name, parser.getString());
        } else {
            parser.skipChildren();
        }
    }

    /** Reads a value, and what is no list is passed over. */
    private void list(JsonToken value, Runnable item) {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            limits.checkRelationRows(++rows);
            item.run();
        }
    }

    /** Reads a value, and what is no object is passed over. */
    private void object(JsonToken value, Member member) {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            member.read(name, parser.nextToken());
        }
        SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
    }

    /** Reads a member of an object to its end. */
    private interface Member {
        void read(String name, JsonToken value);
    }
}
