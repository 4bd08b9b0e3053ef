package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.json.Json;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.TableKeys;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.JsonRows;
import dev.connections.worker.source.http.SourceJson;
import dev.connections.worker.source.http.StatementWait;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads keys, which no list of Unity Catalog has, by statements on the connection's SQL warehouse; only while that runs
 * anyway, as to start one costs its owner. Source: Databricks' references of "Statement Execution" and "SQL Warehouses".
 */
final class DatabricksWarehouse implements AutoCloseable {
    private static final Pattern HTTP_PATH =
            Pattern.compile("/?sql/1\\.0/(?:warehouses|endpoints)/([A-Za-z0-9]{1,64})/?");
    private static final Pattern STATEMENT_ID = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final String API = "/api/2.0/sql/";

    /** A warehouse that is busy lets statements wait. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Set<String> MEMBERS_OF_STATEMENT = Set.of(
            "statement_id",
            "status.state",
            "status.error.error_code",
            "status.error.message",
            "manifest.total_row_count",
            "result.next_chunk_index");
    private static final Set<String> MEMBERS_OF_CHUNK = Set.of("next_chunk_index");

    /** Of all keys of a catalog, or of one table's. */
    private static final String KEYS = """
            select k.table_schema, k.table_name, k.constraint_name, k.ordinal_position, k.column_name, t.constraint_type,
                   p.table_catalog, p.table_schema, p.table_name, p.column_name
              from system.information_schema.key_column_usage k
              join system.information_schema.table_constraints t
                on t.constraint_catalog = k.constraint_catalog and t.constraint_schema = k.constraint_schema
               and t.constraint_name = k.constraint_name
              left join system.information_schema.referential_constraints r
                on r.constraint_catalog = k.constraint_catalog and r.constraint_schema = k.constraint_schema
               and r.constraint_name = k.constraint_name
              left join system.information_schema.key_column_usage p
                on p.constraint_catalog = r.unique_constraint_catalog
               and p.constraint_schema = r.unique_constraint_schema and p.constraint_name = r.unique_constraint_name
               and p.ordinal_position = k.position_in_unique_constraint
             where k.table_catalog = :catalog""";

    private static final String OF_TABLE = " and k.table_schema = :schema and k.table_name = :table";
    private static final int SELECTED = 10;

    private final Crawl crawl;
    private final DatabricksSession session;
    private final SourceLimits limits;
    private final StatementWait statement;
    private final @Nullable String id;
    private @Nullable Boolean isRunning;

    DatabricksWarehouse(Crawl crawl, DatabricksSession session, Databricks workspace) {
        this.crawl = crawl;
        this.session = session;
        this.limits = crawl.execution().limits();
        this.statement = new StatementWait(session.http(), crawl.execution(), PATIENCE);
        Matcher path = HTTP_PATH.matcher(workspace.httpPath());
        this.id = path.matches() ? path.group(1) : null;
    }

    /** The keys of the tables of a catalog, by their quoted paths below it; null, with a warning, where none can be read. */
    @Nullable
    TableKeys keysOf(String catalog) throws Exception {
        return read(catalog, KEYS, Map.of("catalog", catalog));
    }

    /** The keys of one table. */
    @Nullable
    TableKeys keysOf(String catalog, String schema, String table) throws Exception {
        return read(catalog, KEYS + OF_TABLE, Map.of("catalog", catalog, "schema", schema, "table", table));
    }

    private @Nullable TableKeys read(String catalog, String sql, Map<String, String> values) throws Exception {
        try {
            if (!isRunning()) {
                return null;
            }
            TableKeys keys = new TableKeys(limits);
            return execute(sql, values, keys) ? keys : keep(catalog, "the statement did not end in time");
        } catch (RequestRefusedException e) {
            if (e.isOfTheLogin()) {
                throw e;
            }
            statement.forget();
            return keep(catalog, RemoteText.shown(e.getMessage(), crawl.execution()));
        }
    }

    private @Nullable TableKeys keep(String catalog, String why) {
        crawl.warn("the keys of catalog " + RemoteText.shown(catalog, crawl.execution())
                + " could not be read, so what is known of them was kept; the workspace said: " + why);
        return null;
    }

    /** Whether statements can run without starting anything; the workspace is asked once. */
    private boolean isRunning() throws Exception {
        if (isRunning == null) {
            isRunning = false;
            String state = state();
            isRunning = state.equals("RUNNING");
            if (!isRunning) {
                crawl.warn("keys were not read, so what is known of them was kept: " + whyNot(state));
            }
        }
        return isRunning;
    }

    private String whyNot(String state) {
        return id == null
                ? "the connection's httpPath leads to no SQL warehouse (/sql/1.0/warehouses/<id>)"
                : "the SQL warehouse of the connection's httpPath is not running ("
                        + RemoteText.shown(state, crawl.execution()) + "), and a crawl starts none";
    }

    private String state() throws Exception {
        if (id == null) {
            return "";
        }
        HttpAnswer answer = session.ask("GET", API + "warehouses/" + id, null);
        return SourceJson.members(answer.body(), Set.of("state")).getOrDefault("state", "");
    }

    /** Executes a statement; false where its end is not waited for any longer. */
    private boolean execute(String sql, Map<String, String> values, TableKeys keys) throws Exception {
        ObjectNode body = Json.object()
                .put("warehouse_id", id)
                .put("statement", sql)
                // Not waited for by the server: a statement that is to be canceled has to have an id.
                .put("wait_timeout", "0s")
                .put("disposition", "INLINE")
                .put("format", "JSON_ARRAY");
        values.forEach((name, value) -> body.withArray("/parameters")
                .addObject()
                .put("name", name)
                .put("value", value)
                .put("type", "STRING"));
        Answer first = Answer.of(session.ask("POST", API + "statements", Json.write(body)));
        String path = pathOf(first.text("statement_id"));
        Answer last = statement.end(
                first,
                Answer::isRunning,
                () -> Answer.of(session.ask("GET", path, null)),
                () -> session.question("POST", path + "/cancel", ""));
        if (last == null) {
            statement.cancel();
            return false;
        }
        if (!last.text("status.state").equals("SUCCEEDED")) {
            throw session.hidden(new RequestRefusedException(
                    400, last.text("status.error.error_code"), last.text("status.error.message")));
        }
        readChunks(last, path, keys);
        return true;
    }

    private static String pathOf(String statementId) throws ProtocolException {
        if (!STATEMENT_ID.matcher(statementId).matches()) {
            throw new ProtocolException("no id of a statement");
        }
        return API + "statements/" + statementId;
    }

    /** Rows come in chunks, of which the first is in the answer itself. */
    private void readChunks(Answer first, String path, TableKeys keys) throws Exception {
        long read = addRows(first.answer, "result.data_array", keys);
        long chunk = 0;
        long next = first.number("result.next_chunk_index");
        while (next > chunk) {
            chunk = next;
            HttpAnswer answer = session.ask("GET", path + "/result/chunks/" + chunk, null);
            read += addRows(answer, "data_array", keys);
            next = number(SourceJson.members(answer.body(), MEMBERS_OF_CHUNK), "next_chunk_index");
        }
        if (read < first.number("manifest.total_row_count")) {
            throw new ProtocolException("fewer rows than there are");
        }
    }

    private long addRows(HttpAnswer answer, String list, TableKeys keys) {
        long rows = 0;
        try (JsonRows row = new JsonRows(SourceJson.parser(answer.body()), list, SELECTED, limits::checkRelation)) {
            for (@Nullable String[] texts = row.next(); texts != null; texts = row.next()) {
                rows++;
                add(texts, keys);
            }
        }
        return rows;
    }

    private static void add(@Nullable String[] row, TableKeys keys) {
        String table = QuotedPath.of(text(row, 0), text(row, 1));
        String sent = text(row, 3);
        long sequence = sent.matches("[0-9]{1,9}") ? Long.parseLong(sent) : Long.MAX_VALUE;
        if (text(row, 5).equals("PRIMARY KEY")) {
            keys.add(table, TableKeys.Part.ofPrimary(text(row, 2), sequence, text(row, 4)));
        } else if (row[6] != null) {
            // Without it the account may not see what the key leads to.
            List<String> referenced = List.of(text(row, 6), text(row, 7), text(row, 8));
            keys.add(table, new TableKeys.Part(text(row, 2), sequence, text(row, 4), referenced, text(row, 9)));
        }
    }

    private static String text(@Nullable String[] row, int column) {
        return Objects.requireNonNullElse(row[column], "");
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
