package dev.connections.worker.source.snowflake;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.JsonRows;
import dev.connections.worker.source.http.SourceJson;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * What an answer of the SQL API says of its statement. The rows that come with it are read by {@link #rows}, from the
 * beginning once more: members have no order.
 */
final class SnowflakeAnswer {
    /** The status of an answer to the question for a statement that has not ended. */
    static final int RUNNING = 202;

    /** More than any statement or SHOW command has. */
    private static final int MOST_COLUMNS = 200;

    private static final Set<String> MEMBERS = Set.of("code", "message", "statementHandle");
    private static final Set<String> NAME = Set.of("name");

    private final HttpAnswer answer;
    private final SourceLimits limits;
    private final Map<String, String> members = new HashMap<>();
    private final List<String> columns = new ArrayList<>();
    private int partitions;
    private long rowCount;

    private SnowflakeAnswer(HttpAnswer answer, SourceLimits limits) {
        this.answer = answer;
        this.limits = limits;
    }

    /**
     * Reads all but the rows.
     *
     * @throws JacksonException where it is no answer of the API
     */
    static SnowflakeAnswer read(HttpAnswer answer, SourceLimits limits) throws IOException {
        SnowflakeAnswer read = new SnowflakeAnswer(answer, limits);
        try (JsonParser parser = SourceJson.parser(answer, limits)) {
            SourceJson.expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                read.member(parser, parser.currentName(), parser.nextToken());
            }
            SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        }
        return read;
    }

    private void member(JsonParser parser, String name, @Nullable JsonToken value) {
        if (name.equals("resultSetMetaData")) {
            metaData(parser, value);
        } else {
            SourceJson.keep(parser, name, MEMBERS, members);
        }
    }

    private void metaData(JsonParser parser, @Nullable JsonToken value) {
        SourceJson.expect(parser, value, JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken inside = parser.nextToken();
            switch (name) {
                case "rowType" -> columns(parser, inside);
                case "partitionInfo" -> partitions(parser, inside);
                case "numRows" -> {
                    if (inside == JsonToken.VALUE_NUMBER_INT) {
                        rowCount = parser.getLongValue();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        SourceJson.expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
    }

    private void columns(JsonParser parser, @Nullable JsonToken value) {
        SourceJson.expect(parser, value, JsonToken.START_ARRAY);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            String name = SourceJson.members(parser, NAME).getOrDefault("name", "");
            limits.checkName(name);
            columns.add(name);
            if (columns.size() > MOST_COLUMNS) {
                throw new StreamReadException(parser, "more columns than any statement has");
            }
        }
    }

    private void partitions(JsonParser parser, @Nullable JsonToken value) {
        SourceJson.expect(parser, value, JsonToken.START_ARRAY);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            SourceJson.expect(parser, token, JsonToken.START_OBJECT);
            parser.skipChildren();
            partitions++;
        }
    }

    /** Whether the statement has not ended yet. */
    boolean isRunning() {
        return answer.status() == RUNNING;
    }

    /** What the statement is asked for by; empty where it has none. */
    String handle() {
        return members.getOrDefault("statementHandle", "");
    }

    /** The number of an error or of a state, such as 090001; empty where there is none. */
    String code() {
        return members.getOrDefault("code", "");
    }

    @Nullable
    String message() {
        return members.get("message");
    }

    /** The names of the columns of the rows. */
    List<String> columns() {
        return List.copyOf(columns);
    }

    /** How many answers the rows are in; this one is the first. */
    int partitions() {
        return Math.max(partitions, 1);
    }

    /** How many rows there are in all partitions; 0 where it does not say. */
    long rowCount() {
        return rowCount;
    }

    /**
     * The rows that came with it.
     *
     * @param width how many columns they have
     * @throws ProtocolException where none came, be it no row
     */
    JsonRows rows(int width) throws IOException {
        JsonParser parser = SourceJson.parser(answer, limits);
        try {
            JsonRows rows = new JsonRows(parser, "data", width, limits::checkRelation);
            if (!rows.isThere()) {
                throw new ProtocolException("no list of rows");
            }
            return rows;
        } catch (IOException | RuntimeException e) {
            parser.close();
            throw e;
        }
    }
}
