package dev.connections.worker.source.http;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Rows of a statement in an answer: a list of lists, of which each has the same number of texts. */
public final class JsonRows implements AutoCloseable {
    private final JsonParser parser;
    private final int columns;
    private final LongConsumer length;
    private final boolean there;
    private boolean ended;

    /**
     * Reads the rows that are a member of an answer.
     *
     * @param parser before the answer's beginning
     * @param list the name of the member; an answer without it has no rows
     * @param columns how many texts each row has
     * @param length fails where a row has too many characters
     */
    public JsonRows(JsonParser parser, String list, int columns, LongConsumer length) {
        this.parser = parser;
        this.columns = columns;
        this.length = length;
        this.there = SourceJson.enterList(parser, list);
        this.ended = !there;
    }

    /** Whether the answer has the list at all, be it empty. */
    public boolean isThere() {
        return there;
    }

    /** The texts of the next row, each null where the row has none; null after the last. */
    public @Nullable String @Nullable [] next() {
        if (ended) {
            return null;
        }
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.END_ARRAY) {
            ended = true;
            return null;
        }
        SourceJson.expect(parser, token, JsonToken.START_ARRAY);
        @Nullable String[] row = new String[columns];
        long characters = 0;
        for (int i = 0; i < columns; i++) {
            String text = SourceJson.text(parser, parser.nextToken());
            row[i] = text;
            characters += text == null ? 0 : text.length();
            length.accept(characters);
        }
        SourceJson.expect(parser, parser.nextToken(), JsonToken.END_ARRAY);
        return row;
    }

    @Override
    public void close() {
        parser.close();
    }
}
