package dev.connections.faults;

import dev.connections.embedded.FreePort;
import dev.connections.embedded.PostgresServer;
import dev.connections.faults.history.Entry.Session;
import dev.connections.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The source that the connections lead to: a schema and an account for each - the last one has a schema in two
 * databases - behind a slow proxy, so that a crawl takes long enough to be killed in its midst.
 */
final class Source implements AutoCloseable {
    private static final String DATABASE = "shop";
    /** Only the last connection reaches it, which makes its crawls parents. */
    private static final String SECOND_DATABASE = "stock";

    private static final String PASSWORD = "reader-password";
    private static final int TABLES = 8;
    private static final Duration DELAY = Duration.ofMillis(60);
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
    private static final String COLUMNS = """
            select c.relname, a.attname
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where n.nspname = ? and c.relkind in ('r', 'v')
             order by c.relname, a.attnum
            """;

    final TcpProxy proxy;
    private final PostgresServer server;
    private final Path log;
    private final List<String> keys;
    private final Thread hook;
    private final Map<String, Instant> changedAt = new HashMap<>();
    private int created;

    Source(Path folder, List<String> keys) {
        this.keys = List.copyOf(keys);
        this.server = PostgresServer.start(folder, FreePort.find(), Map.of());
        this.hook = new Thread(server::stop);
        Runtime.getRuntime().addShutdownHook(hook);
        this.log = folder.resolve("log").resolve("sessions.json");
        logSessions();
        this.proxy = new TcpProxy(server.port(), DELAY);
        server.execute("postgres", "revoke connect on database postgres from public");
        server.createDatabase(DATABASE, "owner", PASSWORD);
        server.createDatabase(SECOND_DATABASE, "owner", PASSWORD);
        keys.forEach(this::makeSchemas);
    }

    private void logSessions() {
        for (String setting : List.of(
                "logging_collector = on",
                "log_destination = 'jsonlog'",
                "log_filename = 'sessions.log'",
                "log_rotation_size = 0",
                "log_rotation_age = 0",
                "log_timezone = 'UTC'",
                "log_connections = on",
                "log_disconnections = on")) {
            server.execute("postgres", "alter system set " + setting);
        }
        server.stop();
        server.start();
    }

    private void makeSchemas(String key) {
        server.execute(DATABASE, "create role " + key + " login password '" + PASSWORD + "'");
        for (String database : databases(key)) {
            server.execute(
                    database,
                    "create schema " + key + "; grant usage on schema " + key + " to " + key
                            + "; alter default privileges in schema " + key + " grant select on tables to " + key);
            for (int i = 0; i < TABLES; i++) {
                createTable(database, key);
            }
            server.execute(database, "create view " + key + ".names as select 1 as id, 'one'::text as name");
        }
        changedAt.put(key, Instant.now());
    }

    private List<String> databases(String key) {
        return key.equals(keys.getLast()) ? List.of(DATABASE, SECOND_DATABASE) : List.of(DATABASE);
    }

    /** The body of the request that creates the connection. */
    Map<String, Object> connection(String key) {
        Map<String, Object> credential =
                Map.of("authenticationType", "UsernamePassword", "username", key, "password", PASSWORD);
        List<String> include = databases(key).stream()
                .map(database -> database + "/" + key + "/**")
                .toList();
        return Map.of(
                "connectionKey", key,
                "technology", "PostgreSQL",
                "clientConfiguration",
                        Map.of(
                                "host",
                                "127.0.0.1",
                                "port",
                                proxy.port(),
                                "database",
                                DATABASE,
                                "credential",
                                credential),
                "settings", Map.of("crawl", Map.of("include", include)),
                "options", Map.of("crawlOnCreate", false));
    }

    /** Makes, renames, widens or drops a table of some schema. */
    synchronized void change(RandomGenerator random) throws SQLException {
        String key = keys.get(random.nextInt(keys.size()));
        List<String> tables = objects(key).keySet().stream()
                .filter(path -> path.contains("/t_"))
                .toList();
        String[] path = tables.get(random.nextInt(tables.size())).split("/", -1);
        String database = path[0];
        String table = key + "." + path[2];
        created++;
        switch (random.nextInt(4)) {
            case 0 -> server.execute(database, "alter table " + table + " rename to t_renamed_" + created);
            case 1 -> server.execute(database, "alter table " + table + " add column more_" + created + " text");
            case 2 -> {
                if (tables.size() > TABLES / 2) {
                    server.execute(database, "drop table " + table);
                }
            }
            default -> createTable(database, key);
        }
        changedAt.put(key, Instant.now());
    }

    /** Makes one more table that the connection sees. */
    synchronized void addTable(String key) {
        createTable(DATABASE, key);
        changedAt.put(key, Instant.now());
    }

    private void createTable(String database, String key) {
        created++;
        server.execute(database, "create table " + key + ".t_" + created + " (id int primary key, name text not null)");
    }

    synchronized Instant changedAt(String key) {
        return changedAt.getOrDefault(key, Instant.MAX);
    }

    /** What a crawl of the connection should find: columns by path. */
    synchronized Map<String, List<String>> objects(String key) throws SQLException {
        Map<String, List<String>> objects = new HashMap<>();
        for (String database : databases(key)) {
            objects.put(database, List.of());
            objects.put(database + "/" + key, List.of());
            try (Connection connection = server.connect(database);
                    PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
                statement.setString(1, key);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        String path = database + "/" + key + "/" + row.getString(1);
                        objects.computeIfAbsent(path, added -> new ArrayList<>())
                                .add(row.getString(2));
                    }
                }
            }
        }
        return objects;
    }

    /** The sessions of the connections' accounts so far, as the server's log has them. */
    List<Session> sessions() throws IOException {
        Map<String, Session> sessions = new HashMap<>();
        for (String line : Files.readAllLines(log)) {
            JsonNode entry = Json.tree(line);
            String user = entry.path("user").asString("");
            String message = entry.path("message").asString("");
            if (!keys.contains(user)) {
                continue;
            }
            if (message.startsWith("connection authorized")) {
                sessions.put(id(entry), new Session(user, time(entry), null));
            } else if (message.startsWith("disconnection")) {
                sessions.computeIfPresent(id(entry), (id, session) -> new Session(user, session.from(), time(entry)));
            }
        }
        return List.copyOf(sessions.values());
    }

    @Override
    public void close() {
        proxy.close();
        server.stop();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private static String id(JsonNode entry) {
        return entry.path("session_id").asString();
    }

    private static Instant time(JsonNode entry) {
        @Nullable String timestamp = entry.path("timestamp").asString(null);
        if (timestamp == null) {
            throw new IllegalStateException("no time in the source's log: " + entry);
        }
        return LocalDateTime.parse(timestamp.replace(" UTC", ""), LOG_TIME).toInstant(ZoneOffset.UTC);
    }
}
