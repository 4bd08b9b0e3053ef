package dev.connections.worker.source.glue;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.SourceJson;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A view of Athena, Presto or Trino: its text in Glue is a comment with JSON in base64, in which the statement is.
 *
 * @param columns with their types as the engine writes them
 */
record PrestoView(
        String sql, boolean isMaterialized, @Nullable String comment, List<GlueTable.Column> columns) {
    private static final Pattern TEXT =
            Pattern.compile("\\s*/\\* (?:Presto|Trino) (Materialized )?View: (.*) \\*/\\s*", Pattern.DOTALL);

    private static final Set<String> MEMBERS = Set.of("originalSql", "comment");
    private static final Set<String> MEMBERS_OF_COLUMN = Set.of("name", "type", "comment");

    PrestoView {
        columns = List.copyOf(columns);
    }

    /** Reads a text of Glue's; null where it is another. */
    static @Nullable PrestoView of(String text, SourceLimits limits) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        JsonItem.Shape shape = new JsonItem.Shape(MEMBERS, "columns", MEMBERS_OF_COLUMN, limits::checkRelationRows);
        try (JsonParser parser = SourceJson.parser(Base64.getMimeDecoder().decode(matcher.group(2)))) {
            SourceJson.expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            JsonItem view = JsonItem.read(parser, shape);
            String sql = view.text("originalSql");
            return sql.isEmpty()
                    ? null
                    : new PrestoView(sql, matcher.group(1) != null, view.filledOrNull("comment"), columns(view));
        } catch (IllegalArgumentException | JacksonException e) {
            return null;
        }
    }

    private static List<GlueTable.Column> columns(JsonItem view) {
        return Objects.requireNonNullElse(view.parts(), List.<JsonItem>of()).stream()
                .map(column -> new GlueTable.Column(
                        column.text("name"), column.text("type"), column.textOrNull("comment"), true))
                .toList();
    }
}
