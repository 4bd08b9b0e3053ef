package dev.connections.worker.source.glue;

import dev.connections.connection.ClientConfiguration.Glue;
import dev.connections.connection.Credential.AccessKey;
import dev.connections.json.Json;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.HttpQuestion;
import dev.connections.worker.source.http.HttpSession;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.ListPage;
import dev.connections.worker.source.http.PagedList;
import dev.connections.worker.source.http.SourceJson;
import java.net.ProtocolException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ObjectNode;

/** Asks Glue for databases and tables, one request at a time. Source: AWS's reference of Glue's web API. */
final class GlueSession implements AutoCloseable {
    private static final String SERVICE = "glue";
    /** As many as Glue gives. */
    private static final int DATABASES = 100;
    /** Fewer than Glue gives: they come whole, and an answer has to be within the limit where they are wide. */
    private static final int TABLES = 20;

    private static final Set<String> MEMBERS_OF_DATABASE = Set.of("Name", "Description", "CreateTime");

    private final HttpSession http;
    private final Execution execution;
    private final @Nullable String catalogId;
    private final Signature4 signature;

    private GlueSession(HttpSession http, Execution execution, @Nullable String catalogId, Signature4 signature) {
        this.http = http;
        this.execution = execution;
        this.catalogId = catalogId;
        this.signature = signature;
    }

    /** Opens the secrets of the execution's connection; nothing is dialed yet. */
    static GlueSession of(SourceDialer dialer, GlueEndpoint endpoint, Execution execution) {
        Glue glue = configurationOf(execution);
        if (!(glue.credential() instanceof AccessKey key)) {
            throw new IllegalStateException("the contract has no such credential for Glue");
        }
        HttpSession http = HttpSession.of(dialer, execution, endpoint.of(glue.region()));
        return new GlueSession(http, execution, glue.catalogId(), new Signature4(key, glue.region(), SERVICE));
    }

    static Glue configurationOf(Execution execution) {
        if (execution.clientConfiguration() instanceof Glue glue) {
            return glue;
        }
        throw new IllegalStateException(execution.target().technology() + " is not Glue");
    }

    /** The databases of the catalog, links to those of others among them. */
    PagedList databases() throws Exception {
        JsonItem.Shape shape = new JsonItem.Shape(MEMBERS_OF_DATABASE, "", Set.of(), count -> {});
        ObjectNode body = Json.object().put("MaxResults", DATABASES);
        ListPage first = databases(body, shape);
        return new PagedList(first, next -> databases(body.put("NextToken", next), shape));
    }

    private ListPage databases(ObjectNode body, JsonItem.Shape shape) throws Exception {
        return ListPage.read(ask("GetDatabases", body).body(), "DatabaseList", "NextToken", shape, "DatabaseList");
    }

    /** The tables and views of a database, or of the one that it is a link to; each is for a {@link TableReader}. */
    PagedList tables(String database) throws Exception {
        ObjectNode body = Json.object().put("DatabaseName", database).put("MaxResults", TABLES);
        return new PagedList(tables(body), next -> tables(body.put("NextToken", next)));
    }

    private ListPage tables(ObjectNode body) throws Exception {
        return ListPage.read(ask("GetTables", body).body(), "TableList", "NextToken", "TableList");
    }

    /** Whether a database that was listed is there: a link may lead to one that is gone. */
    boolean has(String database) throws Exception {
        try {
            tables(database);
            return true;
        } catch (RequestRefusedException e) {
            if (e.isOfWhatIsGone()) {
                return false;
            }
            throw e;
        }
    }

    /** One table or view; null where it is gone, or its database is. */
    @Nullable
    GlueTable table(String database, String name) throws Exception {
        HttpAnswer answer;
        try {
            answer = ask("GetTable", Json.object().put("DatabaseName", database).put("Name", name));
        } catch (RequestRefusedException e) {
            if (e.isOfWhatIsGone()) {
                return null;
            }
            throw e;
        }
        SourceLimits limits = execution.limits();
        try (JsonParser parser = SourceJson.parser(answer.body())) {
            SourceJson.expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isTable = parser.currentName().equals("Table");
                JsonToken value = parser.nextToken();
                if (isTable) {
                    SourceJson.expect(parser, value, JsonToken.START_OBJECT);
                    return TableReader.read(parser, limits);
                }
                parser.skipChildren();
            }
            throw new ProtocolException("no table");
        }
    }

    private HttpAnswer ask(String action, ObjectNode body) throws Exception {
        if (catalogId != null) {
            body.put("CatalogId", catalogId);
        }
        String text = Json.write(body);
        // Good for five minutes, which is longer than a busy service is asked again.
        Map<String, String> headers = signature.sign(
                http.target().hostHeader(),
                Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AWSGlue." + action),
                text,
                Instant.now());
        // By this an administrator finds the requests of a run.
        headers.put("User-Agent", "connections/" + execution.run().runId());
        HttpAnswer answer = http.send(new HttpQuestion("POST", "/", headers, text), new Passing());
        if (answer.status() != 200) {
            throw RequestRefusedException.of(answer);
        }
        return answer;
    }

    @Override
    public void close() {
        http.close();
    }

    /** Which errors of one request may be over a moment later; Glue has no status of HTTP for the first. */
    private static final class Passing implements Predicate<HttpAnswer> {
        private static final Set<String> TOO_MANY_REQUESTS = Set.of(
                "RequestLimitExceeded",
                "RequestThrottledException",
                "ThrottledException",
                "Throttling",
                "ThrottlingException",
                "TooManyRequestsException");

        private static final Set<String> OF_A_MOMENT = Set.of(
                "ConcurrentModificationException",
                "FederationSourceRetryableException",
                "InternalFailure",
                "InternalServiceException",
                "OperationTimeoutException");

        /** What fails more often than that fails, and not for a moment. */
        private int left = 4;

        @Override
        public boolean test(HttpAnswer answer) {
            if (answer.status() == 200) {
                return false;
            }
            String code = RequestRefusedException.of(answer).code();
            return TOO_MANY_REQUESTS.contains(code) || (OF_A_MOMENT.contains(code) && left-- > 0);
        }
    }
}
