package dev.connections.worker.source.bigquery;

import dev.connections.connection.ClientConfiguration.BigQuery;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.AccessTokens;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.HttpQuestion;
import dev.connections.worker.source.http.HttpSession;
import dev.connections.worker.source.http.HttpTarget;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.ListPage;
import dev.connections.worker.source.http.PagedList;
import dev.connections.worker.source.http.SourceJson;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Asks about one project, one request at a time. Source: BigQuery's reference of its REST API, version 2. */
final class BigQuerySession implements AutoCloseable {
    static final String NAME_OF_DATASET = "datasetReference.datasetId";
    static final String NAME_OF_TABLE = "tableReference.tableId";

    private static final String API = "/bigquery/v2/projects/";
    /** As Google's resource manager has them, those of an organization's domain too. */
    private static final Pattern PROJECT = Pattern.compile("[a-z][a-z0-9.:_-]{3,}");

    private static final int UNAUTHORIZED = 401;
    private static final String FIELDS_OF_DATASET = "type,description,creationTime";

    private final HttpSession http;
    private final Execution execution;
    private final ServiceAccount account;
    private final AccessTokens tokens;
    private final String project;

    private BigQuerySession(
            HttpSession http, Execution execution, ServiceAccount account, AccessTokens tokens, String project) {
        this.http = http;
        this.execution = execution;
        this.account = account;
        this.tokens = tokens;
        this.project = project;
    }

    /** Opens the secrets of the execution's connection; nothing is dialed yet. */
    static BigQuerySession of(SourceDialer dialer, Execution execution) {
        BigQuery configured = configurationOf(execution);
        if (!PROJECT.matcher(configured.projectId()).matches()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "projectId has to be the id of a project, such as my-project-123, and not its name or its number",
                    null);
        }
        ServiceAccount account = ServiceAccount.of(configured.credential());
        HttpTarget authority = HttpTarget.ofEndpoint(dialer.endpoints().googleTokens());
        return new BigQuerySession(
                HttpSession.of(dialer, execution, targetOf(dialer)),
                execution,
                account,
                AccessTokens.of(dialer, execution, account.grant(authority)),
                configured.projectId());
    }

    private static BigQuery configurationOf(Execution execution) {
        if (execution.clientConfiguration() instanceof BigQuery configured) {
            return configured;
        }
        throw new IllegalStateException(execution.target().technology() + " is not BigQuery");
    }

    static HttpTarget targetOf(SourceDialer dialer) {
        return HttpTarget.ofEndpoint(dialer.endpoints().bigQuery());
    }

    /** The project's id, which is its name too. */
    String project() {
        return project;
    }

    /**
     * Gets a token.
     *
     * @throws RunFailedException where the authority gives none
     */
    void logIn() throws Exception {
        tokens.token();
    }

    /** The datasets that the account may see, by their names; hidden ones are those that BigQuery makes for itself. */
    PagedList datasets() throws Exception {
        return list("/datasets?all=false&", "datasets", NAME_OF_DATASET);
    }

    /** A dataset, without who may use it, for which the account needs no permission then. */
    JsonItem dataset(String dataset) throws Exception {
        byte[] answer = get(pathOf(dataset) + "?datasetView=METADATA&fields=" + FIELDS_OF_DATASET);
        return new JsonItem(SourceJson.members(answer, Set.of(FIELDS_OF_DATASET.split(",", -1))), null);
    }

    /** The tables and views of a dataset, by their names. */
    PagedList tables(String dataset) throws Exception {
        return list(pathOf(dataset) + "/tables?", "tables", NAME_OF_TABLE);
    }

    /** A table or view with its columns, and without what BigQuery has to add up: sizes, and when rows were changed last. */
    BigQueryTable table(String dataset, String table) throws Exception {
        byte[] answer = get(pathOf(dataset) + "/tables/" + HttpQuestion.encoded(table) + "?view=BASIC&fields="
                + BigQueryTable.FIELDS);
        return BigQueryTable.read(answer, execution.limits());
    }

    private static String pathOf(String dataset) {
        return "/datasets/" + HttpQuestion.encoded(dataset);
    }

    /**
     * The items of a list.
     *
     * @param path up to its next parameter
     * @param what the member of an answer that is the list
     * @param name the member of an item that is its name
     */
    private PagedList list(String path, String what, String name) throws Exception {
        String fields = "kind,nextPageToken," + what + "(" + name.replace('.', '/') + ")";
        String first = path + "maxResults=1000&fields=" + fields;
        JsonItem.Shape shape = new JsonItem.Shape(Set.of(name), "", Set.of(), execution.limits()::checkRelationRows);
        return new PagedList(
                page(first, what, shape),
                token -> page(first + "&pageToken=" + HttpQuestion.encoded(token), what, shape));
    }

    private ListPage page(String path, String what, JsonItem.Shape shape) throws Exception {
        return ListPage.read(get(path), what, "nextPageToken", shape, "kind");
    }

    private byte[] get(String path) throws Exception {
        HttpAnswer answer = send(path);
        if (answer.status() == UNAUTHORIZED) {
            // It may have run out while nobody looked.
            tokens.forget();
            answer = send(path);
        }
        if (answer.status() != 200) {
            throw hidden(RequestRefusedException.of(answer));
        }
        return answer.body();
    }

    private HttpAnswer send(String path) throws Exception {
        Map<String, String> headers = Map.of(
                "Authorization", "Bearer " + tokens.token(),
                "Accept", "application/json",
                // By this an administrator finds the requests of a run.
                "User-Agent", "connections/" + execution.run().runId());
        String question = API + HttpQuestion.encoded(project) + path + "&prettyPrint=false";
        return http.send(new HttpQuestion("GET", question, headers, null), BigQuerySession::isBusy);
    }

    private static boolean isBusy(HttpAnswer answer) {
        return answer.status() != 200 && RequestRefusedException.of(answer).isBusy();
    }

    /** What BigQuery said, without its words where they repeat what is no secret of the connection as it is. */
    private RequestRefusedException hidden(RequestRefusedException refused) {
        String said = refused.getMessage();
        return said != null && (tokens.isRepeatedBy(said) || account.isRepeatedBy(said))
                ? refused.withoutMessage()
                : refused;
    }

    @Override
    public void close() {
        http.close();
        tokens.close();
    }
}
