package dev.connections.worker.source.bigquery;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.NetworkProperties.Endpoints;
import dev.connections.worker.source.ServerCertificate;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceServer;
import dev.connections.worker.source.http.TestKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** {@link BigQueryStub} in the words of the contract test. */
final class BigQueryServer implements SourceServer {
    private final BigQueryStub stub;
    private final Path authority;

    private BigQueryServer(BigQueryStub stub, Path authority) {
        this.stub = stub;
        this.authority = authority;
    }

    /** The one that tests share; it ends with their process. */
    static BigQueryServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final BigQueryServer SERVER = start();
    }

    /** Starts one, whose certificate is that of an authority of its own. */
    private static BigQueryServer start() {
        try {
            Path folder = Files.createTempDirectory("bigquery-");
            ServerCertificate certificate = ServerCertificate.make(folder);
            Path authority = Files.writeString(folder.resolve("authority.pem"), certificate.pem());
            folder.toFile().deleteOnExit();
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> file.toFile().deleteOnExit());
            }
            return new BigQueryServer(new BigQueryStub(certificate.context()), authority);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    BigQueryStub stub() {
        return stub;
    }

    /** The certificate that a client of the stub has to trust, in PEM. */
    Path authority() {
        return authority;
    }

    @Override
    public Technology technology() {
        return Technology.BIG_QUERY;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public NetworkProperties network(boolean allowPrivate, Duration connectTimeout, int port) {
        String endpoint = "https://localhost:" + port;
        return new NetworkProperties(
                allowPrivate,
                connectTimeout,
                List.of(),
                authority,
                new Endpoints(endpoint, endpoint, Endpoints.PUBLIC.glue()));
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new BigQuerySource(dialer);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE, NormalizedType.SCHEMA);
    }

    @Override
    public int port() {
        return stub.port();
    }

    /** The port is that of the worker's network, for connections have none. */
    @Override
    public List<ObjectNode> configurations(int port, String database) {
        ObjectNode configuration = Json.object().put("projectId", database);
        configuration
                .putObject("credential")
                .put("authenticationType", "ServiceAccountKey")
                .putObject("key")
                .put("content", TokenStub.keyFile());
        return List.of(configuration);
    }

    static void setKey(ObjectNode configuration, String content) {
        configuration.withObject("/credential/key").put("content", content);
    }

    /** A key of an id that the account has not. */
    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        setKey(configuration, TokenStub.keyFile(secret, TestKey.file("pkcs8.pem")));
    }

    @Override
    public boolean greets() {
        return false;
    }

    /** A record of TLS that is not there yet. */
    @Override
    public String beginningOfAnswer() {
        return "\26\3\3\100\0";
    }

    @Override
    public List<String> garbage() {
        return List.of("220 welcome\r\n");
    }

    @Override
    public void createDatabase(String name) {
        stub.project(name);
    }

    @Override
    public void dropDatabase(String name) {
        stub.drop(List.of(name));
    }

    @Override
    public void createSchema(List<String> path) {
        stub.dataset(path);
    }

    @Override
    public void dropSchema(List<String> path) {
        stub.drop(path);
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        ObjectNode table = stub.table(path, "TABLE");
        columns.forEach(column -> BigQueryStub.field(table, column, "INTEGER"));
    }

    @Override
    public void createView(List<String> path, String table) {
        ObjectNode view = stub.table(path, "VIEW");
        view.putObject("view").put("query", "select * from " + table).put("useLegacySql", false);
        view.set(
                "schema",
                stub.table(List.of(path.get(0), path.get(1), table), "TABLE").path("schema"));
    }

    @Override
    public void renameTable(List<String> path, String name) {
        stub.rename(path, name);
    }

    @Override
    public void dropTable(List<String> path) {
        stub.drop(path);
    }

    @Override
    public void dropView(List<String> path) {
        stub.drop(path);
    }

    /** The path is all that there is of a table. */
    @Override
    public boolean keepsIds() {
        return false;
    }

    /** The longest name and what BigQuery allows in one, and some that only a hostile server has. */
    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(1_024),
                "表".repeat(341),
                "Bestellung é-1_2 2026",
                "‿⁀",
                "{a,b} \\N \t\"q\"",
                "🐘`\\",
                "%s*?[a]**",
                "'; drop table x; --",
                "a&b=c#d+e/f",
                "..",
                "null");
    }

    @Override
    public AutoCloseable hold(String database) {
        return stub.hold(database);
    }

    @Override
    public boolean isHeld(String database) {
        return stub.isWaiting(database);
    }
}
