package dev.connections.worker.source.snowflake;

import dev.connections.connection.ClientConfiguration.Snowflake;
import dev.connections.json.Json;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.HttpQuestion;
import dev.connections.worker.source.http.HttpSession;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.StatementWait;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends statements to an account, one at a time. A stop of the execution also cancels the statement there. Source:
 * Snowflake's reference of its SQL API.
 */
final class SnowflakeSession implements AutoCloseable {
    private static final String STATEMENTS = "/api/v2/statements";
    private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final int UNAUTHORIZED = 401;
    /** Nobody cancels the statement of a worker that is gone. */
    private static final long LONGEST_STATEMENT_S = 900;

    /** How long the end of a statement is waited for: a moment longer than the account lets it run. */
    private static final Duration PATIENCE = Duration.ofSeconds(LONGEST_STATEMENT_S + 60);

    private final HttpSession http;
    private final Execution execution;
    private final Snowflake account;
    private final SnowflakeLogin login;
    private final StatementWait statement;

    private SnowflakeSession(HttpSession http, Execution execution, Snowflake account, SnowflakeLogin login) {
        this.http = http;
        this.execution = execution;
        this.account = account;
        this.login = login;
        this.statement = new StatementWait(http, execution, PATIENCE);
    }

    /** Opens the secrets of the execution's connection; nothing is dialed yet. */
    static SnowflakeSession of(SourceDialer dialer, Execution execution) {
        Snowflake account = accountOf(execution);
        SnowflakeLogin login = SnowflakeLogin.of(account, dialer, execution);
        return new SnowflakeSession(
                HttpSession.ofLongAnswers(dialer, execution, targetOf(account)), execution, account, login);
    }

    static Snowflake accountOf(Execution execution) {
        if (execution.clientConfiguration() instanceof Snowflake account) {
            return account;
        }
        throw new IllegalStateException(execution.target().technology() + " is no account");
    }

    static HttpTarget targetOf(Snowflake account) {
        return HttpTarget.verified(account.host(), account.port());
    }

    /**
     * Sends a statement and waits for its end; the rows are read as they are asked for.
     *
     * @param columns how many it selects
     */
    SnowflakeRows query(SnowflakeSql.Statement sent, int columns) throws Exception {
        SnowflakeRows rows = query(sent);
        if (rows.width() != columns) {
            rows.close();
            throw new ProtocolException("not the columns that were asked for");
        }
        return rows;
    }

    /** Sends a command whose columns are known by their names. */
    SnowflakeRows query(SnowflakeSql.Statement sent) throws Exception {
        ObjectNode body = Json.object().put("statement", sent.sql()).put("timeout", LONGEST_STATEMENT_S);
        putIfSet(body, "warehouse", account.warehouse());
        putIfSet(body, "role", account.role());
        ObjectNode bindings = sent.values().isEmpty() ? body : body.putObject("bindings");
        List<String> values = sent.values();
        for (int i = 0; i < values.size(); i++) {
            bindings.putObject(String.valueOf(i + 1)).put("type", "TEXT").put("value", values.get(i));
        }
        // By this an administrator finds the statements of a run.
        body.putObject("parameters")
                .put("query_tag", "connections/" + execution.run().runId());
        // Not waited for by the server: a statement that is to be canceled has to have a handle.
        String path = STATEMENTS + "?async=true&requestId=" + UUID.randomUUID();
        return new SnowflakeRows(this, ended(checked(send("POST", path, Json.write(body)))));
    }

    private SnowflakeAnswer ended(SnowflakeAnswer first) throws Exception {
        String handle = first.handle();
        SnowflakeAnswer last = statement.end(
                first,
                SnowflakeAnswer::isRunning,
                () -> checked(send("GET", pathOf(handle), null)),
                () -> new HttpQuestion("POST", pathOf(handle) + "/cancel", headers(), ""));
        if (last == null) {
            throw new SocketTimeoutException("a statement that does not end");
        }
        return last;
    }

    /** A further part of a statement's rows. */
    SnowflakeAnswer partition(String handle, int number) throws Exception {
        try {
            SnowflakeAnswer answer = checked(send("GET", pathOf(handle) + "?partition=" + number, null));
            if (answer.isRunning()) {
                throw new ProtocolException("a statement that had ended and runs");
            }
            return answer;
        } catch (StatementFailedException e) {
            if (e.isTooMuch()) {
                // That is said before any row, and after some it would be read twice.
                throw new ProtocolException("rows that are too much after some have come");
            }
            throw e;
        }
    }

    private static String pathOf(String handle) throws ProtocolException {
        if (!HANDLE.matcher(handle).matches()) {
            throw new ProtocolException("no handle of a statement");
        }
        return STATEMENTS + "/" + handle;
    }

    private SnowflakeAnswer checked(HttpAnswer answer) throws StatementFailedException, IOException {
        if (answer.status() == 200 || answer.status() == SnowflakeAnswer.RUNNING) {
            return SnowflakeAnswer.read(answer, execution.limits());
        }
        statement.forget();
        throw failed(answer);
    }

    private StatementFailedException failed(HttpAnswer answer) throws IOException {
        try {
            SnowflakeAnswer said = SnowflakeAnswer.read(answer, execution.limits());
            String message = said.message();
            String shown = message == null || login.isRepeatedBy(message) ? "" : message;
            StatementFailedException failed = new StatementFailedException(answer.status(), said.code(), shown);
            return failed.isOfTheToken() ? failed.with(login.hint()) : failed;
        } catch (JacksonException e) {
            return new StatementFailedException(answer.status(), "", null);
        }
    }

    private HttpAnswer send(String method, String path, @Nullable String body) throws Exception {
        HttpAnswer answer = http.send(new HttpQuestion(method, path, headers(), body));
        if (answer.status() == UNAUTHORIZED && login.renews()) {
            answer = http.send(new HttpQuestion(method, path, headers(), body));
        }
        return answer;
    }

    private Map<String, String> headers() throws Exception {
        return Map.of(
                "Authorization",
                "Bearer " + login.token(),
                "X-Snowflake-Authorization-Token-Type",
                login.kind(),
                "Content-Type",
                "application/json",
                "Accept",
                "application/json",
                "Accept-Encoding",
                "gzip",
                "User-Agent",
                "connections/" + execution.run().runId());
    }

    private static void putIfSet(ObjectNode body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    @Override
    public void close() {
        statement.close();
        http.close();
        login.close();
    }
}
