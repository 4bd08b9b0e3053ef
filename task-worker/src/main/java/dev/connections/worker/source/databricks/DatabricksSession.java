package dev.connections.worker.source.databricks;

import dev.connections.connection.ClientConfiguration.Databricks;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.HttpQuestion;
import dev.connections.worker.source.http.HttpSession;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.ListPage;
import dev.connections.worker.source.http.PagedList;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks a workspace for lists, one request at a time. Source: Databricks' reference of its REST API, "Unity Catalog". */
final class DatabricksSession implements AutoCloseable {
    private static final String API = "/api/2.1/unity-catalog/";
    private static final int UNAUTHORIZED = 401;
    private static final Set<String> INTERNAL = Set.of("system", "__databricks_internal");

    private final HttpSession http;
    private final Execution execution;
    private final DatabricksToken token;
    private final JsonItem.Shape shape;

    private DatabricksSession(HttpSession http, Execution execution, DatabricksToken token) {
        this.http = http;
        this.execution = execution;
        this.token = token;
        this.shape = DatabricksItem.shape(execution.limits());
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

    static HttpTarget targetOf(Databricks workspace) {
        return HttpTarget.verified(workspace.host(), workspace.port());
    }

    /** The catalogs, but for those that Databricks keeps for itself. */
    DatabricksList catalogs() throws Exception {
        return list("catalogs", "max_results=0", INTERNAL);
    }

    /** The schemas of a catalog, but for the one that describes it. */
    DatabricksList schemas(String catalog) throws Exception {
        return list(
                "schemas", "max_results=0&catalog_name=" + HttpQuestion.encoded(catalog), Set.of("information_schema"));
    }

    /** The tables of a schema, as few on a page as the limit of an answer takes where they are wide. */
    DatabricksList tables(String catalog, String schema) throws Exception {
        String of = "&catalog_name=" + HttpQuestion.encoded(catalog) + "&schema_name=" + HttpQuestion.encoded(schema);
        return list("tables", "max_results=20&omit_properties=true&omit_username=true" + of, Set.of());
    }

    private DatabricksList list(String what, String query, Set<String> without) throws Exception {
        // All that the account may browse, though not read.
        String path = API + what + "?include_browse=true&" + query;
        PagedList items = new PagedList(
                page(what, path), token -> page(what, path + "&page_token=" + HttpQuestion.encoded(token)));
        return new DatabricksList(items, without);
    }

    private ListPage page(String what, String path) throws Exception {
        return ListPage.read(ask("GET", path, null).body(), what, "next_page_token", shape, "");
    }

    /**
     * Sends a request and waits for what it is answered with.
     *
     * @throws RequestRefusedException where the workspace answers with an error
     */
    HttpAnswer ask(String method, String path, @Nullable String body) throws Exception {
        HttpAnswer answer = http.send(question(method, path, body));
        if (answer.status() == UNAUTHORIZED && token.renews()) {
            answer = http.send(question(method, path, body));
        }
        if (answer.status() != 200) {
            throw hidden(RequestRefusedException.of(answer.status(), answer.body()));
        }
        return answer;
    }

    /** A request as the account. */
    HttpQuestion question(String method, String path, @Nullable String body) throws Exception {
        Map<String, String> headers = Map.of(
                "Authorization",
                "Bearer " + token.value(),
                "Accept",
                "application/json",
                "Content-Type",
                "application/json",
                // By this an administrator finds the requests of a run.
                "User-Agent",
                "connections/" + execution.run().runId());
        return new HttpQuestion(method, path, headers, body);
    }

    /** What the workspace said, without its words where they repeat what is no secret of the connection as it is. */
    RequestRefusedException hidden(RequestRefusedException refused) {
        return token.hidden(refused);
    }

    /** What requests are sent over. */
    HttpSession http() {
        return http;
    }

    @Override
    public void close() {
        http.close();
        token.close();
    }
}
