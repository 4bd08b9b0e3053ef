package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.json.Json;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.JsonRows;
import dev.connections.worker.source.http.SourceJson;
import dev.connections.worker.source.http.StatementWait;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Executes statements on the connection's SQL warehouse, one after the other. To start one costs its owner, so that whoever
 * has a statement asks first whether it {@linkplain #state runs}. Source: Databricks' references of "Statement Execution" and
 * "SQL Warehouses".
 */
final class DatabricksWarehouse implements AutoCloseable {
    /** The state in which statements start nothing. */
    static final String RUNNING = "RUNNING";

    private static final Pattern HTTP_PATH =
            Pattern.compile("/?sql/1\\.0/(?:warehouses|endpoints)/([A-Za-z0-9]{1,64})/?");
    private static final Pattern STATEMENT_ID = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final String API = "/api/2.0/sql/";

    private static final Set<String> MEMBERS_OF_STATEMENT = Set.of(
            "statement_id",
            "status.state",
            "status.error.error_code",
            "status.error.message",
            "manifest.total_row_count",
            "manifest.truncated",
            "result.next_chunk_index");
    private static final Set<String> MEMBERS_OF_CHUNK = Set.of("next_chunk_index");

    private final DatabricksSession session;
    private final SourceLimits limits;
    private final StatementWait statement;
    private final @Nullable String id;

    /** What came of a statement that did not fail. */
    enum Outcome {
        /** All rows were read. */
        WHOLE,
        /** Some rows were read at most: there are more than the warehouse sends, or than were wanted. */
        CUT,
        /** Its end was not waited for any longer, and it was canceled. */
        UNFINISHED
    }

    /** Takes the rows of a statement. */
    interface Rows {
        /**
         * Takes one.
         *
         * @return false where no further one is wanted
         */
        boolean add(@Nullable String[] row);
    }

    /**
     * A statement.
     *
     * @param values of its named parameters
     * @param columns how many it selects
     */
    record Statement(String sql, Map<String, String> values, int columns) {
        Statement {
            values = Map.copyOf(values);
        }
    }

    /**
     * Takes the warehouse of a connection; nothing is asked yet.
     *
     * @param patience how long the end of a statement is waited for; a warehouse that is busy lets statements wait
     */
    DatabricksWarehouse(Execution execution, DatabricksSession session, Databricks workspace, Duration patience) {
        this.session = session;
        this.limits = execution.limits();
        this.statement = new StatementWait(session.http(), execution, patience);
        Matcher path = HTTP_PATH.matcher(workspace.httpPath());
        this.id = path.matches() ? path.group(1) : null;
    }

    /** Whether the connection names a warehouse at all. */
    boolean isConfigured() {
        return id != null;
    }

    /** What it does now, in the workspace's words. */
    String state() throws Exception {
        HttpAnswer answer = session.ask("GET", API + "warehouses/" + id, null);
        return SourceJson.members(answer.body(), Set.of("state")).getOrDefault("state", "");
    }

    /**
     * Executes a statement and hands over its rows.
     *
     * @throws RequestRefusedException where the workspace refuses the statement, or fails it
     */
    Outcome execute(Statement sent, Rows rows) throws Exception {
        Answer first = Answer.of(session.ask("POST", API + "statements", Json.write(bodyOf(sent))));
        String path = pathOf(first.text("statement_id"));
        Answer last = statement.end(
                first,
                Answer::isRunning,
                () -> Answer.of(session.ask("GET", path, null)),
                () -> session.question("POST", path + "/cancel", ""));
        if (last == null) {
            statement.cancel();
            return Outcome.UNFINISHED;
        }
        if (!last.text("status.state").equals("SUCCEEDED")) {
            throw session.hidden(new RequestRefusedException(
                    400, last.text("status.error.error_code"), last.text("status.error.message")));
        }
        if (last.text("manifest.truncated").equals("true")) {
            // Which of the rows those are that came, nobody says.
            return Outcome.CUT;
        }
        return readChunks(last, path, sent.columns, rows) ? Outcome.WHOLE : Outcome.CUT;
    }

    private ObjectNode bodyOf(Statement sent) {
        ObjectNode body = Json.object()
                .put("warehouse_id", id)
                .put("statement", sent.sql)
                // Not waited for by the server: a statement that is to be canceled has to have an id.
                .put("wait_timeout", "0s")
                .put("disposition", "INLINE")
                .put("format", "JSON_ARRAY")
                // In Databricks' own representation. Without it a statement with a larger result than 25 MiB fails, and
                // a
                // chunk may be longer than an answer that a worker takes.
                .put("byte_limit", limits.row().toBytes() / 2);
        sent.values.forEach((name, value) -> body.withArray("/parameters")
                .addObject()
                .put("name", name)
                .put("value", value)
                .put("type", "STRING"));
        return body;
    }

    /** Takes note that the statement of now has ended in another way. */
    void forget() {
        statement.forget();
    }

    private static String pathOf(String statementId) throws ProtocolException {
        if (!STATEMENT_ID.matcher(statementId).matches()) {
            throw new ProtocolException("no id of a statement");
        }
        return API + "statements/" + statementId;
    }

    /** Rows come in chunks, of which the first is in the answer itself; false where not all of them were wanted. */
    private boolean readChunks(Answer first, String path, int columns, Rows rows) throws Exception {
        long read = addRows(first.answer, "result.data_array", columns, rows);
        long chunk = 0;
        long next = first.number("result.next_chunk_index");
        while (read >= 0 && next > chunk) {
            chunk = next;
            HttpAnswer answer = session.ask("GET", path + "/result/chunks/" + chunk, null);
            long added = addRows(answer, "data_array", columns, rows);
            read = added < 0 ? added : read + added;
            next = number(SourceJson.members(answer.body(), MEMBERS_OF_CHUNK), "next_chunk_index");
        }
        if (read >= 0 && read < first.number("manifest.total_row_count")) {
            throw new ProtocolException("fewer rows than there are");
        }
        return read >= 0;
    }

    /** How many rows there were; -1 where not all of them were wanted. */
    private long addRows(HttpAnswer answer, String list, int columns, Rows rows) {
        long added = 0;
        try (JsonRows row = new JsonRows(SourceJson.parser(answer.body()), list, columns, limits::checkRelation)) {
            for (@Nullable String[] texts = row.next(); texts != null; texts = row.next()) {
                added++;
                if (!rows.add(texts)) {
                    return -1;
                }
            }
        }
        return added;
    }

    /** What the workspace says of a statement, and what it said it with. */
    private record Answer(HttpAnswer answer, Map<String, String> members) {
        static Answer of(HttpAnswer answer) {
            return new Answer(answer, SourceJson.members(answer.body(), MEMBERS_OF_STATEMENT));
        }

        boolean isRunning() {
            String state = text("status.state");
            return state.equals("PENDING") || state.equals("RUNNING");
        }

        String text(String member) {
            return members.getOrDefault(member, "");
        }

        long number(String member) {
            return DatabricksWarehouse.number(members, member);
        }
    }

    private static long number(Map<String, String> members, String member) {
        String sent = members.getOrDefault(member, "");
        return sent.matches("[0-9]{1,9}") ? Long.parseLong(sent) : 0;
    }

    @Override
    public void close() {
        statement.close();
    }
}
