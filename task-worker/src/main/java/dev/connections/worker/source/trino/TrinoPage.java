package dev.connections.worker.source.trino;

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
    private @Nullable JsonParser rows;

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
        try (JsonParser parser = page.parser()) {
            expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
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
        JsonParser parser = rows == null ? atRows() : rows;
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.END_ARRAY) {
            parser.close();
            return null;
        }
        expect(parser, token, JsonToken.START_ARRAY);
        @Nullable String[] row = new String[columns];
        for (int i = 0; i < columns; i++) {
            row[i] = text(parser, parser.nextToken());
        }
        expect(parser, parser.nextToken(), JsonToken.END_ARRAY);
        return row;
    }

    /** The parser within the array of the rows, which there is if the page has rows. */
    private JsonParser atRows() {
        JsonParser parser = parser();
        rows = parser;
        if (!hasRows) {
            parser.close();
            return parser;
        }
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isData = parser.currentName().equals("data");
            parser.nextToken();
            if (isData) {
                return parser;
            }
            parser.skipChildren();
        }
        throw new IllegalStateException("the rows were there before");
    }

    private void member(JsonParser parser, String name, @Nullable JsonToken value) {
        switch (name) {
            case "id" -> hasId = text(parser, value) != null;
            case "nextUri" -> next = text(parser, value);
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
        expect(parser, value, JsonToken.START_ARRAY);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            hasRows = true;
            parser.skipChildren();
        }
    }

    private static boolean isFinished(JsonParser parser, @Nullable JsonToken value) {
        expect(parser, value, JsonToken.START_OBJECT);
        boolean is = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean isState = parser.currentName().equals("state");
            JsonToken token = parser.nextToken();
            if (isState) {
                is = "FINISHED".equals(text(parser, token));
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
        expect(parser, value, JsonToken.START_OBJECT);
        String name = null;
        String type = null;
        String message = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (member) {
                case "errorName" -> name = text(parser, token);
                case "errorType" -> type = text(parser, token);
                case "message" -> message = text(parser, token);
                default -> parser.skipChildren();
            }
        }
        return new QueryFailedException(name, type, message);
    }

    private static @Nullable String text(JsonParser parser, @Nullable JsonToken token) {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == null || !token.isScalarValue()) {
            throw new StreamReadException(parser, "no plain value");
        }
        return parser.getString();
    }

    private static void expect(JsonParser parser, @Nullable JsonToken token, JsonToken expected) {
        if (token != expected) {
            throw new StreamReadException(parser, "not " + expected);
        }
    }

    private JsonParser parser() {
        return SourceJson.parser(body);
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
    }
}
