package dev.connections.worker.source.trino;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.connection.Secret;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.HttpQuestion;
import dev.connections.worker.source.http.HttpSession;
import dev.connections.worker.source.http.HttpTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends statements to a cluster, one at a time. A stop of the execution also cancels the statement at the cluster. */
final class TrinoSession implements AutoCloseable {
    /** What can stand in a header. */
    private static final Pattern PLAIN = Pattern.compile("[\\x20-\\x7e]*");

    /** As for every source: a system behind the cluster that hangs ends its query and not the crawl. */
    private static final String LONGEST_QUERY = "15m";

    /** A cluster answers after a second where it has no rows yet; one that answers sooner is not asked in a loop. */
    private static final Duration EMPTY_PAUSE = Duration.ofMillis(50);

    private final HttpSession http;
    private final Execution execution;
    private final Map<String, String> headers;
    private final TrinoFailures.Login login;
    /** What must not be shown, besides the secrets as they are. */
    private final @Nullable String authorization;

    /** Where the statement of now goes on, for whoever cancels it. */
    private final AtomicReference<@Nullable String> unfinished = new AtomicReference<>();

    private boolean answeredOnce;

    private final Execution.Registration onStop;

    private TrinoSession(HttpSession http, Execution execution, DatabaseServer server) {
        this.http = http;
        this.execution = execution;
        Secret password = server.credential().password();
        this.authorization = password != null && server.tlsMode().isVerified()
                ? basic(server.credential().username(), password)
                : null;
        this.login = new TrinoFailures.Login(http.target().isEncrypted(), password != null, authorization != null);
        this.headers = headers(server, execution, authorization);
        this.onStop = execution.onStop(this::cancel);
    }

    /** Opens the secrets of the execution's connection; nothing is dialed yet. */
    static TrinoSession of(SourceDialer dialer, Execution execution) {
        DatabaseServer server = serverOf(execution);
        return new TrinoSession(HttpSession.of(dialer, execution, targetOf(execution, server)), execution, server);
    }

    static HttpTarget targetOf(Execution execution, DatabaseServer server) {
        SourceHost host =
                SourceHost.of(server.host(), server.portOr(execution.target().technology()));
        return new HttpTarget(host, server.tlsMode(), server.tls());
    }

    static DatabaseServer serverOf(Execution execution) {
        if (execution.clientConfiguration() instanceof DatabaseServer server) {
            return server;
        }
        throw new IllegalStateException(execution.target().technology() + " is no database server");
    }

    Execution execution() {
        return execution;
    }

    /**
     * Sends a statement; the rows are read as they are asked for.
     *
     * @param columns how many it selects
     */
    TrinoRows query(String sql, int columns) throws Exception {
        TrinoPage first = page(http.send(new HttpQuestion("POST", "/v1/statement", headers, sql)), columns);
        return new TrinoRows(this, first, columns);
    }

    /** The page after one that has a next. */
    TrinoPage next(TrinoPage page, int columns) throws Exception {
        long asked = System.nanoTime();
        TrinoPage next = page(http.send(new HttpQuestion("GET", pathOf(page), headers, null)), columns);
        if (!next.hasRows() && next.next() != null && System.nanoTime() - asked < EMPTY_PAUSE.toNanos()) {
            http.pause(EMPTY_PAUSE);
        }
        return next;
    }

    private TrinoPage page(HttpAnswer answer, int columns) throws QueryFailedException {
        if (answer.status() != 200) {
            unfinished.set(null);
            throw TrinoFailures.ofStatus(answer.status(), login, answeredOnce);
        }
        TrinoPage page = TrinoPage.read(answer.body(), columns);
        answeredOnce = true;
        QueryFailedException error = page.error();
        if (error != null) {
            // Nothing is left to cancel, whatever else the cluster sends.
            unfinished.set(null);
            throw authorization == null ? error : error.without(authorization);
        }
        unfinished.set(page.next() == null ? null : pathOf(page));
        return page;
    }

    private String pathOf(TrinoPage page) {
        String next = String.valueOf(page.next());
        return Optional.ofNullable(http.target().pathOf(next))
                .orElseThrow(() -> new RunFailedException(
                        ErrorCode.REMOTE_ERROR,
                        "the cluster sends the worker on to another address than the configured one; behind a proxy,"
                                + " set http-server.process-forwarded=true on the coordinator",
                        null));
    }

    /** Asks the cluster to end the statement of now, if there is one; it would work on for some minutes. */
    void cancel() {
        String path = unfinished.getAndSet(null);
        if (path != null) {
            http.sendLast(new HttpQuestion("DELETE", path, headers, null));
        }
    }

    private static Map<String, String> headers(
            DatabaseServer server, Execution execution, @Nullable String authorization) {
        String user = server.credential().username();
        if (!PLAIN.matcher(user).matches()) {
            throw new RunFailedException(
                    ErrorCode.AUTHENTICATION_FAILED,
                    "the user name of a Trino cluster may have printable ASCII characters only",
                    null);
        }
        Map<String, String> headers = new HashMap<>();
        headers.put("X-Trino-User", user);
        headers.put("X-Trino-Session", "query_max_run_time=" + LONGEST_QUERY);
        Map<String, String> properties = Objects.requireNonNullElse(server.properties(), Map.of());
        String source = properties.getOrDefault("source", "connections");
        headers.put("X-Trino-Source", source + " " + execution.run().runId());
        putIfSet(headers, "X-Trino-Client-Tags", properties.get("clientTags"));
        putIfSet(headers, "X-Trino-Time-Zone", properties.get("timezone"));
        if (authorization != null) {
            headers.put("Authorization", "Basic " + authorization);
        }
        return headers;
    }

    /** What stands before the first colon is the user name, whatever the account is called. */
    private static String basic(String user, Secret password) {
        if (user.contains(":")) {
            throw new RunFailedException(
                    ErrorCode.AUTHENTICATION_FAILED,
                    "a user name with a colon cannot log in with a password (HTTP Basic, RFC 7617); use an account"
                            + " without one",
                    null);
        }
        byte[] login = (user + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(login);
    }

    private static void putIfSet(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    @Override
    public void close() {
        onStop.close();
        cancel();
        http.close();
    }
}
