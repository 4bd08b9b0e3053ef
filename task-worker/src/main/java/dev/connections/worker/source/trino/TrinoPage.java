package dev.connections.worker.source.trino;

import dev.connections.worker.source.http.JsonRows;
import dev.connections.worker.source.http.SourceJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * One answer of the statement protocol. It is kept as it came and read as a stream, twice: for what it says of the statement,
 * and then row by row. All its rows at once could take twenty times its length.
 */
final class TrinoPage implements AutoCloseable {
    private final byte[] body;
    private final int columns;
    private boolean hasId;
    private boolean finished;
    private boolean hasRows;
    private @Nullable String next;
    private @Nullable QueryFailedException error;
    private @Nullable JsonRows rows;

    private TrinoPage(byte[] body, int columns) {
        this.body = body;
        this.columns = columns;
    }

    /**
     * Reads what an answer says of its statement.
     *
     * @param columns how many texts each row has
     * @throws JacksonException where it is none of the protocol
     */
    static TrinoPage read(byte[] body, int columns) {
        TrinoPage page = new TrinoPage(body, columns);
        try (JsonParser parser = SourceJson.parser(body)) {
            SourceJson.expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                page.member(parser, parser.currentName(), parser.nextToken());
            }
            if (!page.hasId || (page.next == null && page.error == null && !page.finished)) {
                throw new StreamReadException(parser, "neither a next page nor an end");
            }
        }
        return page;
    }

    /** Where the rest is, as the cluster has sent it; null at the end. */
    @Nullable
    String next() {
        return next;
    }

    /** What failed the statement; null where nothing did. */
    @Nullable
    QueryFailedException error() {
        return error;
    }

    boolean hasRows() {
        return hasRows;
    }

    /** The texts of the next row, each null where the row has none; null after the last. */
    @Nullable
    String @Nullable [] nextRow() {
        if (rows == null) {
            // No row is longer than the answer, which is bounded.
            rows = new JsonRows(SourceJson.parser(body), "data", columns, characters -> {});
        }
        return rows.next();
    }

    private void member(JsonParser parser, String name, @Nullable JsonToken value) {
        switch (name) {
            case "id" -> hasId = SourceJson.text(parser, value) != null;
            case "nextUri" -> next = SourceJson.text(parser, value);
            case "error" -> error = error(parser, value);
            case "stats" -> finished = isFinished(parser, value);
            case "data" -> skipRows(parser, value);
            default -> parser.skipChildren();
        }
    }

    private void skipRows(JsonParser parser, @Nullable JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        SourceJson.expect(parser, value, JsonToken.START_ARRAY);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            hasRows = true;
            parser.skipChildren();
        }
    }

    private static boolean isFinished(JsonParser parser, @Nullable JsonToken value) {
        SourceJson.expect(parser, value, JsonToken.START_OBJECT);
        boolean is = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isState = parser.currentName().equals("state");
            JsonToken token = parser.nextToken();
            if (isState) {
                is = "FINISHED".equals(SourceJson.text(parser, token));
            } else {
                parser.skipChildren();
            }
        }
        return is;
    }

    private static @Nullable QueryFailedException error(JsonParser parser, @Nullable JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        SourceJson.expect(parser, value, JsonToken.START_OBJECT);
        String name = null;
        String type = null;
        String message = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (member) {
                case "errorName" -> name = SourceJson.text(parser, token);
                case "errorType" -> type = SourceJson.text(parser, token);
                case "message" -> message = SourceJson.text(parser, token);
                default -> parser.skipChildren();
            }
        }
        return new QueryFailedException(name, type, message);
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
    }
}
