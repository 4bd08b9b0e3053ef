package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.HttpQuestion;
import dev.connections.worker.source.http.HttpSession;
import dev.connections.worker.source.http.HttpTarget;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Asks a workspace for lists, one request at a time. Source: Databricks' reference of its REST API, "Unity Catalog". */
final class DatabricksSession implements AutoCloseable {
    private static final String API = "/api/2.1/unity-catalog/";
    private static final int HTTPS = 443;
    private static final int UNAUTHORIZED = 401;

    private final HttpSession http;
    private final Execution execution;
    private final DatabricksToken token;

    private DatabricksSession(HttpSession http, Execution execution, DatabricksToken token) {
        this.http = http;
        this.execution = execution;
        this.token = token;
    }

    /** Opens the secrets of the execution's connection; nothing is dialed yet. */
    static DatabricksSession of(SourceDialer dialer, Execution execution) {
        Databricks workspace = workspaceOf(execution);
        HttpSession http = HttpSession.of(dialer, execution, targetOf(workspace));
        return new DatabricksSession(http, execution, DatabricksToken.of(workspace, dialer, execution));
    }

    static Databricks workspaceOf(Execution execution) {
        if (execution.clientConfiguration() instanceof Databricks workspace) {
            return workspace;
        }
        throw new IllegalStateException(execution.target().technology() + " is no workspace");
    }

    /** Tokens are sent to nobody who has not proven who it is. */
    static HttpTarget targetOf(Databricks workspace) {
        SourceHost host = SourceHost.of(workspace.host(), Objects.requireNonNullElse(workspace.port(), HTTPS));
        return new HttpTarget(host, TlsMode.VERIFY_FULL, null);
    }

    DatabricksList catalogs() throws Exception {
        return list("catalogs", Map.of());
    }

    DatabricksList schemas(String catalog) throws Exception {
        return list("schemas", Map.of("catalog_name", catalog));
    }

    DatabricksList tables(String catalog, String schema) throws Exception {
        return list("tables", Map.of("catalog_name", catalog, "schema_name", schema));
    }

    private DatabricksList list(String what, Map<String, String> of) throws Exception {
        // Pages as long as the workspace likes; and all that the account may browse, though not read.
        String path = API + what + "?max_results=0&include_browse=true"
                + of.entrySet().stream()
                        .map(one -> "&" + one.getKey() + "=" + encoded(one.getValue()))
                        .sorted()
                        .collect(Collectors.joining());
        return new DatabricksList(this, what, path, page(what, path));
    }

    /** The page of a list that a token leads to. */
    DatabricksPage page(String what, String path, String pageToken) throws Exception {
        return page(what, path + "&page_token=" + encoded(pageToken));
    }

    private DatabricksPage page(String what, String path) throws Exception {
        HttpAnswer answer = send(path);
        if (answer.status() == UNAUTHORIZED && token.renews()) {
            answer = send(path);
        }
        if (answer.status() != 200) {
            throw token.hidden(DatabricksPage.refusal(answer.status(), answer.body()));
        }
        return DatabricksPage.read(answer.body(), what);
    }

    private HttpAnswer send(String path) throws Exception {
        Map<String, String> headers = Map.of(
                "Authorization", "Bearer " + token.value(),
                "Accept", "application/json",
                // By this an administrator finds the requests of a run.
                "User-Agent", "connections/" + execution.run().runId());
        return http.send(new HttpQuestion("GET", path, headers, null));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
        token.close();
    }
}
