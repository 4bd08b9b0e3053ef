package dev.connections.worker.source.mysql;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.source.Relay;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A real server of MySQL's protocol, behind a relay that can hold its answers. */
final class MysqlSourceServer implements SourceServer {
    static final String USER = "contract";
    static final String SECRET = "s3cret-of-contract";

    private final Technology technology;
    private final Superuser superuser;
    private final Relay relay;
    private final List<ObjectNode> tls;

    /** Opens sessions in which everything is allowed. */
    interface Superuser {
        Connection connect() throws SQLException;
    }

    /**
     * A server that has the user.
     *
     * @param tls the ways of TLS in which the user can log in, the usual one first
     */
    MysqlSourceServer(Technology technology, int port, Superuser superuser, List<ObjectNode> tls) {
        this.technology = technology;
        this.superuser = superuser;
        this.relay = new Relay(port);
        this.tls = List.copyOf(tls);
    }

    static ObjectNode tls(String mode, @Nullable String caCertificate) {
        return Json.object().put("mode", mode).put("caCertificate", caCertificate);
    }

    @Override
    public Technology technology() {
        return technology;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return technology == Technology.MARIADB ? new MariadbSource(dialer) : new MysqlSource(dialer);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE);
    }

    @Override
    public int port() {
        return relay.port();
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        return tls.stream()
                .map(mode -> {
                    ObjectNode configuration =
                            Json.object().put("host", "127.0.0.1").put("port", port);
                    configuration.set("tls", mode.deepCopy());
                    configuration
                            .putObject("credential")
                            .put("authenticationType", "UsernamePassword")
                            .put("username", USER)
                            .put("password", SECRET);
                    return configuration;
                })
                .toList();
    }

    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.withObject("/credential").put("password", secret);
    }

    @Override
    public boolean greets() {
        return true;
    }

    @Override
    public String beginningOfAnswer() {
        return "J\0\0\0\n8.0";
    }

    @Override
    public List<String> garbage() {
        return List.of("\377\377\377\0", "\1\0\0\0\13", "\5\0\0\0\n8.0\0", "\377", "\2\0\0\0\377\0");
    }

    @Override
    public void createDatabase(String name) {
        execute("create database " + quoted(List.of(name)));
    }

    @Override
    public void dropDatabase(String name) {
        execute("drop database " + quoted(List.of(name)));
    }

    @Override
    public void createSchema(List<String> path) {
        throw new UnsupportedOperationException("there are no schemas");
    }

    @Override
    public void dropSchema(List<String> path) {
        throw new UnsupportedOperationException("there are no schemas");
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        // A row of InnoDB has 1,017 columns at most, of Aria more.
        String engine = columns.size() > 1_000 ? " engine = MyISAM" : "";
        execute("create table " + quoted(path)
                + columns.stream()
                        .map(column -> quoted(List.of(column)) + " int")
                        .collect(Collectors.joining(", ", " (", ")"))
                + engine);
    }

    @Override
    public void createView(List<String> path, String table) {
        execute("create view " + quoted(path) + " as select * from " + quoted(List.of(path.getFirst(), table)));
    }

    @Override
    public void renameTable(List<String> path, String name) {
        execute("rename table " + quoted(path) + " to " + quoted(List.of(path.getFirst(), name)));
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

    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(64),
                "é".repeat(64),
                "Bestellung/é",
                " {a,b} \\N \t\"q\"",
                "表",
                "%s*?[a]**",
                "'; drop table x; --",
                "two\nlines\u0001",
                "..",
                "null",
                "a`b",
                "Straße",
                "strasse",
                "STRASSE");
    }

    /** What the columns of a database are asked for becomes more than the sockets between take. */
    @Override
    public AutoCloseable hold(String database) {
        String comment = "x".repeat(1_000);
        List<String> statements = new ArrayList<>();
        for (int table = 0; table < 120; table++) {
            statements.add("create table " + quoted(List.of(database, "held" + table))
                    + IntStream.range(0, 55)
                            .mapToObj(column -> "c" + column + " int comment '" + comment + "'")
                            .collect(Collectors.joining(", ", " (", ") engine = MyISAM")));
        }
        execute(statements.toArray(String[]::new));
        return relay.hold();
    }

    @Override
    public boolean isHeld(String database) {
        try (Connection connection = superuser.connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select count(*) from information_schema.processlist where user = '"
                                + USER + "' and info like '%information_schema.columns%'")) {
            return row.next() && row.getInt(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Connection connect() throws SQLException {
        return superuser.connect();
    }

    void execute(String... statements) {
        try (Connection connection = superuser.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> '`' + name.replace("`", "``") + '`').collect(Collectors.joining("."));
    }
}
