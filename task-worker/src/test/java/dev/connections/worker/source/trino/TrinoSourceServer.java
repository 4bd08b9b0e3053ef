package dev.connections.worker.source.trino;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A real cluster, which trusts user names over HTTP and asks for the password over HTTPS. */
final class TrinoSourceServer implements SourceServer {
    static final String USER = "contract";
    static final String SECRET = "s3cret-of-contract";

    private final HttpClient client = HttpClient.newHttpClient();
    private final int http;
    private final int https;
    private final String authority;
    private final Path hold;

    /**
     * A cluster that is up.
     *
     * @param authority of its certificate, in PEM
     * @param hold a file; while it is there, the cluster does not go on with a listing of tables
     */
    TrinoSourceServer(int http, int https, String authority, Path hold) {
        this.http = http;
        this.https = https;
        this.authority = authority;
        this.hold = hold;
    }

    @Override
    public Technology technology() {
        return Technology.TRINO;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new TrinoSource(dialer);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE, NormalizedType.SCHEMA);
    }

    @Override
    public int port() {
        return http;
    }

    /** The port of HTTPS, whose certificate names localhost. */
    int httpsPort() {
        return https;
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        return List.of(configuration("DISABLE", port), configuration("VERIFY_CA", port));
    }

    ObjectNode configuration(String tlsMode, int port) {
        ObjectNode configuration = Json.object().put("host", "localhost").put("port", port);
        configuration
                .putObject("tls")
                .put("mode", tlsMode)
                .put("caCertificate", tlsMode.startsWith("VERIFY") ? authority : null);
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", USER)
                .put("password", SECRET);
        return configuration;
    }

    /** Over HTTP the cluster asks for no password. */
    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.put("port", https);
        configuration.set("tls", configuration("VERIFY_CA", https).path("tls"));
        configuration.withObject("/credential").put("password", secret);
    }

    @Override
    public boolean greets() {
        return false;
    }

    @Override
    public String beginningOfAnswer() {
        return "HTTP/1.1 200 OK\r\nX-Slow: ";
    }

    @Override
    public List<String> garbage() {
        return List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"data\": [1]",
                "HTTP/9.9 what\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n",
                "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(300) + "\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.2\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    }

    @Override
    public void createDatabase(String name) {
        execute("create catalog " + quoted(List.of(name)) + " using memory");
    }

    @Override
    public void dropDatabase(String name) {
        execute("drop catalog " + quoted(List.of(name)));
    }

    @Override
    public void createSchema(List<String> path) {
        execute("create schema " + quoted(path));
    }

    @Override
    public void dropSchema(List<String> path) {
        execute("drop schema " + quoted(path) + " cascade");
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        execute("create table " + quoted(path)
                + columns.stream()
                        .map(column -> quoted(List.of(column)) + " integer")
                        .collect(Collectors.joining(", ", " (", ")")));
    }

    @Override
    public void createView(List<String> path, String table) {
        execute("create view " + quoted(path) + " as select * from "
                + quoted(List.of(path.get(0), path.get(1), table)));
    }

    @Override
    public void renameTable(List<String> path, String name) {
        execute("alter table " + quoted(path) + " rename to " + quoted(List.of(path.get(0), path.get(1), name)));
    }

    @Override
    public void dropTable(List<String> path) {
        execute("drop table " + quoted(path));
    }

    @Override
    public void dropView(List<String> path) {
        execute("drop view " + quoted(path));
    }

    @Override
    public boolean keepsIds() {
        return false;
    }

    /** A cluster knows names in lower case only. */
    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(200),
                "é".repeat(100),
                "bestellung/é",
                " {a,b} \\n \t\"q\"",
                "表",
                "%s*?[a]**",
                "'; drop table x; --",
                "%1$s",
                "..",
                "null",
                "a`b",
                "straße",
                "strasse");
    }

    @Override
    public AutoCloseable hold(String database) {
        try {
            Files.createFile(hold);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return () -> Files.delete(hold);
    }

    /** Puts the cluster under these rules of file-based access control until closed; its admin may do everything. */
    AutoCloseable rules(ObjectNode rules) throws IOException {
        rules.withArray("/catalogs").insertObject(0).put("user", "admin").put("allow", "all");
        rules.withArray("/tables")
                .insertObject(0)
                .put("user", "admin")
                .putArray("privileges")
                .add("SELECT")
                .add("OWNERSHIP");
        Path file = Files.writeString(hold.resolveSibling("rules.json"), Json.write(rules));
        return () -> {
            Files.delete(file);
            // The cluster forgets the rules when it looks for them next.
            execute("select 1");
        };
    }

    @Override
    public boolean isHeld(String database) {
        return query("select count(*) from system.runtime.queries where state = 'RUNNING' and user = '" + USER
                                + "' and query like '%\"" + database + "\".information_schema.tables%'")
                        .getFirst()
                        .path(0)
                        .asInt()
                > 0;
    }

    void execute(String... statements) {
        for (String statement : statements) {
            query(statement);
        }
    }

    /** Runs a statement as somebody who may do everything; returns its rows. */
    List<JsonNode> query(String sql) {
        List<JsonNode> rows = new ArrayList<>();
        JsonNode page = send(HttpRequest.newBuilder(URI.create("http://localhost:" + http + "/v1/statement"))
                .POST(HttpRequest.BodyPublishers.ofString(sql)));
        while (true) {
            if (page.has("error")) {
                throw new IllegalStateException(sql + ": " + page.at("/error/message"));
            }
            page.path("data").forEach(rows::add);
            String next = page.path("nextUri").asString("");
            if (next.isEmpty()) {
                return rows;
            }
            page = send(HttpRequest.newBuilder(URI.create(next)));
        }
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return Json.tree(
                    client.send(request.header("X-Trino-User", "admin").build(), HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String quoted(List<String> names) {
        return names.stream()
                .map(name -> '"' + name.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining("."));
    }
}
