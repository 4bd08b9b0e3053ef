package dev.connections.worker.source.databricks;

import com.sun.net.httpserver.HttpExchange;
import dev.connections.embedded.Postgres;
import dev.connections.json.Json;
import dev.connections.worker.source.StandInDatabase;
import dev.connections.worker.source.http.HttpStub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for the SQL warehouse of a workspace: statements run on tables of a PostgreSQL whose columns are those of the
 * Information Schema that Databricks documents. They are asked for until they have ended, and their rows come in chunks of
 * three; of more bytes than were asked for the first ones come, which are then called truncated. It shows what is made of the rows; not that Databricks takes the statements.
 */
final class WarehouseStub {
    static final String ID = "0123456789abcdef";

    private static final String DATABASE = "system";
    private static final int CHUNK = 3;
    private static final Pattern NAMED = Pattern.compile(":([a-z0-9]+)");

    /** PostgreSQL's own views would answer for PostgreSQL. */
    private static final String TABLES = """
            drop schema information_schema cascade;
            create schema information_schema;
            set search_path = information_schema;
            create table table_constraints (constraint_catalog text, constraint_schema text, constraint_name text,
                table_catalog text, table_schema text, table_name text, constraint_type text,
                primary key (constraint_catalog, constraint_schema, constraint_name));
            create table referential_constraints (constraint_catalog text, constraint_schema text, constraint_name text,
                unique_constraint_catalog text, unique_constraint_schema text, unique_constraint_name text);
            create table key_column_usage (constraint_catalog text, constraint_schema text, constraint_name text,
                table_catalog text, table_schema text, table_name text, column_name text, ordinal_position int,
                position_in_unique_constraint int);
            """;

    private final Postgres postgres;
    private final Map<String, Statement> statements = new ConcurrentHashMap<>();

    /** What the warehouse does at the moment. */
    volatile String state = "RUNNING";

    /** The statements that were sent. */
    final Queue<JsonNode> sent = new ConcurrentLinkedQueue<>();

    /** What statements end with in place of their rows; null for the rows. */
    volatile @Nullable ObjectNode error;

    /** How many rows a chunk has. */
    volatile int chunk = CHUNK;

    /** Whether statements go on until they are canceled. */
    volatile boolean holds;

    private static final class Statement {
        private final List<@Nullable String[]> rows;
        private final boolean isTruncated;
        private volatile boolean wasAsked;
        private volatile boolean ended;

        Statement(List<@Nullable String[]> all, long byteLimit) {
            long bytes = 0;
            int fit = 0;
            while (fit < all.size() && bytes + bytesOf(all.get(fit)) <= byteLimit) {
                bytes += bytesOf(all.get(fit));
                fit++;
            }
            this.rows = all.subList(0, fit);
            this.isTruncated = fit < all.size();
        }

        private static long bytesOf(@Nullable String[] row) {
            long bytes = 0;
            for (String text : row) {
                bytes += text == null ? 1 : text.length();
            }
            return bytes;
        }
    }

    WarehouseStub() {
        postgres = StandInDatabase.shared();
        StandInDatabase.create(postgres, DATABASE);
        postgres.execute(DATABASE, TABLES);
    }

    /** Whether a statement runs that somebody has asked for. */
    boolean isRunning() {
        return statements.values().stream().anyMatch(it -> it.wasAsked && !it.ended);
    }

    /** Adds a primary key. */
    void primaryKey(List<String> table, String name, List<String> columns) {
        constraint(table, name, "PRIMARY KEY");
        columns(table, name, columns, false);
    }

    /** Adds a foreign key that leads to a primary key in the same order of columns. */
    void foreignKey(List<String> table, String name, List<String> columns, List<String> to, String primaryKey) {
        constraint(table, name, "FOREIGN KEY");
        execute(
                "insert into referential_constraints values (?, ?, ?, ?, ?, ?)",
                table.get(0),
                table.get(1),
                name,
                to.get(0),
                to.get(1),
                primaryKey);
        columns(table, name, columns, true);
    }

    /** Adds primary keys of one column to tables that are called after a name and a number, of which no list has any. */
    void primaryKeysOf(List<String> tables, int many) {
        String rows = " from generate_series(1, " + many + ") i";
        execute(
                "insert into table_constraints select v.c, v.s, 'pk' || v.t || i, v.c, v.s, v.t || i, 'PRIMARY KEY'"
                        + rows + ", (values (?, ?, ?)) v (c, s, t)",
                tables.get(0),
                tables.get(1),
                tables.get(2));
        execute(
                "insert into key_column_usage select v.c, v.s, 'pk' || v.t || i, v.c, v.s, v.t || i, 'id', 1, null::int"
                        + rows + ", (values (?, ?, ?)) v (c, s, t)",
                tables.get(0),
                tables.get(1),
                tables.get(2));
        execute("analyze table_constraints, referential_constraints, key_column_usage");
    }

    void dropKeys(String catalog) {
        for (String of : List.of("table_constraints", "referential_constraints", "key_column_usage")) {
            execute("delete from " + of + " where constraint_catalog = ?", catalog);
        }
    }

    private void constraint(List<String> table, String name, String type) {
        execute(
                "insert into table_constraints values (?, ?, ?, ?, ?, ?, ?)",
                table.get(0),
                table.get(1),
                name,
                table.get(0),
                table.get(1),
                table.get(2),
                type);
    }

    private void columns(List<String> table, String name, List<String> columns, boolean refer) {
        // The last comes first: their positions count.
        for (int i = columns.size(); i > 0; i--) {
            execute(
                    "insert into key_column_usage values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    table.get(0),
                    table.get(1),
                    name,
                    table.get(0),
                    table.get(1),
                    table.get(2),
                    columns.get(i - 1),
                    i,
                    refer ? i : null);
        }
    }

    private void execute(String sql, @Nullable Object... values) {
        StandInDatabase.change(postgres, DATABASE, "information_schema", sql, values);
    }

    /** Answers a request below /api/2.0/sql/ of somebody who has logged in. */
    void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/2.0/sql/".length());
        String[] parts = path.split("/", -1);
        if (path.equals("warehouses/" + ID)) {
            HttpStub.send(
                    exchange,
                    200,
                    Json.object().put("id", ID).put("state", state).toString());
        } else if (path.equals("statements")) {
            submit(exchange);
        } else if (!parts[0].equals("statements") || !statements.containsKey(parts[1])) {
            HttpStub.send(
                    exchange, 404, Json.object().put("error_code", "NOT_FOUND").toString());
        } else {
            answer(exchange, parts[1], statements.get(parts[1]), path);
        }
    }

    private void submit(HttpExchange exchange) throws IOException {
        JsonNode body = Json.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        sent.add(body);
        boolean isWhole = body.path("warehouse_id").stringValue().equals(ID)
                && body.path("wait_timeout").stringValue().equals("0s")
                && body.path("disposition").stringValue().equals("INLINE")
                && body.path("format").stringValue().equals("JSON_ARRAY");
        if (!isWhole) {
            HttpStub.send(
                    exchange,
                    400,
                    Json.object().put("error_code", "INVALID_PARAMETER_VALUE").toString());
            return;
        }
        String id = UUID.randomUUID().toString();
        Statement statement = new Statement(rows(body), body.path("byte_limit").longValue(Long.MAX_VALUE));
        statements.put(id, statement);
        HttpStub.send(exchange, 200, status(id, "PENDING").toString());
    }

    private List<@Nullable String[]> rows(JsonNode body) {
        List<String> values = new ArrayList<>();
        Matcher named = NAMED.matcher(body.path("statement").stringValue());
        StringBuilder sql = new StringBuilder();
        while (named.find()) {
            named.appendReplacement(sql, "?");
            for (JsonNode parameter : body.path("parameters")) {
                if (parameter.path("name").stringValue().equals(named.group(1))) {
                    values.add(parameter.path("value").stringValue());
                }
            }
        }
        named.appendTail(sql);
        List<@Nullable String[]> rows = new ArrayList<>();
        try (Connection session = StandInDatabase.session(postgres, DATABASE);
                PreparedStatement statement = session.prepareStatement(sql.toString())) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    @Nullable String[] texts = new String[row.getMetaData().getColumnCount()];
                    for (int i = 0; i < texts.length; i++) {
                        texts[i] = row.getString(i + 1);
                    }
                    rows.add(texts);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    private void answer(HttpExchange exchange, String id, Statement statement, String path) throws IOException {
        if (path.endsWith("/cancel")) {
            statement.ended = true;
            HttpStub.send(exchange, 200, "{}");
            return;
        }
        if (path.contains("/result/chunks/")) {
            int chunk = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
            HttpStub.send(exchange, 200, chunk(statement, chunk).toString());
            return;
        }
        boolean first = !statement.wasAsked;
        statement.wasAsked = true;
        ObjectNode failure = error;
        if (first || holds) {
            HttpStub.send(exchange, 200, status(id, "RUNNING").toString());
            return;
        }
        statement.ended = true;
        if (failure != null) {
            ObjectNode failed = status(id, "FAILED");
            failed.withObject("/status").set("error", failure);
            HttpStub.send(exchange, 200, failed.toString());
        } else {
            ObjectNode ended = status(id, "SUCCEEDED");
            ended.putObject("manifest")
                    .put("format", "JSON_ARRAY")
                    .put("total_row_count", statement.rows.size())
                    .put("truncated", statement.isTruncated);
            ended.set("result", chunk(statement, 0));
            HttpStub.send(exchange, 200, ended.toString());
        }
    }

    private static ObjectNode status(String id, String state) {
        ObjectNode answer = Json.object().put("statement_id", id);
        answer.putObject("status").put("state", state);
        return answer;
    }

    private ObjectNode chunk(Statement statement, int number) {
        int from = number * chunk;
        ObjectNode part = Json.object().put("chunk_index", number).put("row_offset", from);
        if (statement.rows.isEmpty()) {
            // Without rows there is no list of them either.
            return part;
        }
        ArrayNode data = part.putArray("data_array");
        statement.rows.stream().skip(from).limit(chunk).forEach(row -> {
            ArrayNode texts = data.addArray();
            for (String text : row) {
                texts.add(text);
            }
        });
        if (from + chunk < statement.rows.size()) {
            part.put("next_chunk_index", number + 1);
        }
        return part;
    }
}
