package dev.connections.worker.crawl;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.ConnectionSettings.NewObjectActivation;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.embedded.Postgres;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import dev.connections.lab.ConnectionRow;
import dev.connections.task.ClaimedRun;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.postgresql.PostgresSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/**
 * One connection to one database of a real server, and what the engine does with a run of it. The connection's filters
 * leave out every other database.
 */
public final class CrawlFixture implements AutoCloseable {
    private static final Postgres SOURCE = Postgres.startTemporary();
    private static final Postgres SERVICE = Postgres.startTemporary(Map.of("timezone", "Asia/Kathmandu"));
    private static final HikariDataSource POOL = pool();
    private static final SecretSealer SEALER = new SecretSealer(SecretSealer.newKeyset());
    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final UUID connectionId = Ids.next();
    public final String database = "source_" + NUMBER.incrementAndGet();
    public final JdbcClient catalog = JdbcClient.create(POOL);
    public ConnectionSettings settings = settings(List.of(database + "/**"), List.of());
    private final List<String> others = new ArrayList<>();
    public String user = "postgres";
    public @Nullable String password;
    /** Where the source is reached, or what stands before it. */
    public int port = SOURCE.port();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            POOL.close();
            SOURCE.close();
            SERVICE.close();
        }));
    }

    public CrawlFixture() {
        SOURCE.execute("postgres", "create database " + database);
        catalog.sql(ConnectionRow.INSERT)
                .params(new ConnectionRow(connectionId, key(), "UNHEALTHY", "{}").parameters())
                .update();
    }

    public String key() {
        return "key-" + database;
    }

    /** Another database on the same server, which the filters cover from now on; returns its name. */
    public String anotherDatabase() {
        String name = database + "_" + NUMBER.incrementAndGet();
        SOURCE.execute("postgres", "create database " + name);
        cover(name);
        return name;
    }

    /** Renames a database on the server; the filters cover both names. */
    void renameDatabase(String from, String to) {
        SOURCE.execute("postgres", "alter database " + from + " rename to " + to);
        cover(to);
    }

    private void cover(String name) {
        others.add(name);
        List<String> include = new ArrayList<>(settings.crawl().include());
        include.add(name + "/**");
        settings = settings(include, List.of());
    }

    /** Runs statements on any database of the source's server. */
    public void source(String name, String sql) {
        SOURCE.execute(name, sql);
    }

    /** Runs statements on the source's database. */
    public void source(String sql) {
        SOURCE.execute(database, sql);
    }

    /** A session of a superuser at the source's database, in auto-commit mode. */
    public Connection sourceSession() throws SQLException {
        return SOURCE.connect(database);
    }

    public JdbcClient sourceClient() throws SQLException {
        return JdbcClient.create(new org.springframework.jdbc.datasource.SimpleDriverDataSource(
                new org.postgresql.Driver(), SOURCE.jdbcUrl(database) + "?user=postgres"));
    }

    public static ConnectionSettings settings(List<String> include, List<String> exclude) {
        return settings(include, exclude, null, NewObjectActivation.ENABLED);
    }

    public static ConnectionSettings settings(
            List<String> include, List<String> exclude, @Nullable String retention, NewObjectActivation activation) {
        return new ConnectionSettings(new ConnectionSettings.Crawl(null, include, exclude, retention), activation);
    }

    public CrawlResult crawl() throws Exception {
        return crawl(TaskInput.DEFAULT);
    }

    public CrawlResult crawl(TaskInput input) throws Exception {
        return (CrawlResult) commit(read(execution(TaskType.CRAWL, input)));
    }

    /** Crawls a server of several databases; answers what its own run found, and then each child's. */
    public List<CrawlResult> crawlSplit() throws Exception {
        Execution parent = execution(TaskType.CRAWL, TaskInput.DEFAULT);
        List<CrawlResult> results = new ArrayList<>();
        results.add((CrawlResult) commit(((Outcome.Split) execute(parent)).effect()));
        for (ClaimedRun child : children(parent)) {
            results.add((CrawlResult) commit(read(execution(child))));
        }
        return results;
    }

    /** The first runs of the tasks that a crawl was split into, as if claimed. */
    List<ClaimedRun> children(Execution parent) {
        return catalog.sql("select id, latest_run_id, input from task where parent_task_id = :parent order by id")
                .param("parent", parent.run().taskId())
                .query((row, i) -> new ClaimedRun(
                        row.getObject(2, UUID.class),
                        row.getObject(1, UUID.class),
                        1,
                        1,
                        TaskType.CRAWL,
                        TaskTrigger.SYSTEM,
                        Json.read(row.getString(3), TaskInput.class),
                        parent.target()))
                .list();
    }

    /** The first half of a crawl: everything is read and staged, nothing is merged. */
    public Effect read(Execution execution) throws Exception {
        return ((Outcome.Succeeded) execute(execution)).effect();
    }

    /** What the engine gets to write. */
    public Outcome execute(Execution execution) throws Exception {
        return execute(execution, sources());
    }

    /** Likewise, of a source that the crawler reads. */
    Outcome execute(Execution execution, Crawler crawler) throws Exception {
        return new CrawlExecutor(POOL, crawler).execute(execution);
    }

    /** The technologies that are crawled here. */
    public static Sources sources() {
        SourceDialer dialer =
                new SourceDialer(new NetworkProperties(true, Duration.ofSeconds(10)), new StandardEnvironment());
        return new Sources(List.of(new PostgresSource(dialer)));
    }

    /** The second half, as the engine does it. */
    public Object commit(Effect effect) {
        try (effect) {
            DataSource session = Objects.requireNonNullElse(effect.session(), POOL);
            TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(session));
            return Objects.requireNonNull(transaction.execute(status -> effect.apply(JdbcClient.create(session))));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public Execution execution(TaskType type, TaskInput input) {
        return execution(type, input, Technology.POSTGRESQL);
    }

    public Execution execution(TaskType type, TaskInput input, Technology technology) {
        ClaimedRun.Target target = new ClaimedRun.Target(connectionId, key(), technology, configuration(), settings);
        return new Execution(
                new ClaimedRun(Ids.next(), Ids.next(), 1, 1, type, TaskTrigger.MANUAL, input, target), target, SEALER);
    }

    /** Stores the configuration and the settings as they are now, for runs that are claimed. */
    void storeConfiguration() {
        catalog.sql("""
                        update connection set client_configuration = :configuration::jsonb, settings = :settings::jsonb
                         where id = :id
                        """)
                .param("configuration", Json.write(configuration()))
                .param("settings", Json.write(settings))
                .param("id", connectionId)
                .update();
    }

    private JsonNode configuration() {
        var configuration =
                Json.object().put("host", "127.0.0.1").put("port", port).put("database", database);
        var credential = configuration.putObject("credential");
        credential.put("authenticationType", "UsernamePassword").put("username", user);
        if (password != null) {
            credential.put("password", password);
        }
        return SEALER.seal(connectionId, configuration, null);
    }

    /** This service's own database. */
    public static DataSource serviceDatabase() {
        return POOL;
    }

    /** A session of this service's own database that is not one of the pool's. */
    public Connection serviceSession() throws SQLException {
        return SERVICE.connect("connections");
    }

    /** Whether a session of the pool waits for a lock. */
    public boolean waitsForALock() {
        return catalog.sql("select exists (select from pg_locks where not granted)")
                .query(Boolean.class)
                .single();
    }

    /** The id of the object at the path below the database, and of the database without one. */
    public UUID idOf(String... names) {
        return catalog.sql("select id from data_object where connection_id = :c and path = :p::text[]")
                .param("c", connectionId)
                .param("p", path(names))
                .query(UUID.class)
                .single();
    }

    /** A column's text of the object at the path below the database. */
    public @Nullable String valueOf(String expression, String... names) {
        return catalog.sql("select (" + expression
                        + ")::text from data_object where connection_id = :c and path = :p::text[]")
                .param("c", connectionId)
                .param("p", path(names))
                .query((row, i) -> new @Nullable String[] {row.getString(1)})
                .single()[0];
    }

    /** The texts of an expression over the connection's objects, in the order of their paths. */
    public List<String> list(String expression, String condition) {
        return texts(catalog.sql("select (" + expression + ")::text from data_object where connection_id = :c and "
                        + condition + " order by path")
                .param("c", connectionId));
    }

    /** The rows of a query of one text. */
    public static List<String> texts(JdbcClient.StatementSpec query) {
        return query.query((row, i) -> String.valueOf(row.getString(1))).list();
    }

    /** Where every row of the catalog is and who wrote it: equal where nothing was written. */
    public List<String> rowVersions() {
        return list("id || ' ' || xmin || ' ' || ctid", "true");
    }

    private String[] path(String... names) {
        String[] path = new String[names.length + 1];
        path[0] = database;
        System.arraycopy(names, 0, path, 1, names.length);
        return path;
    }

    @Override
    public void close() {
        if (POOL.getHikariPoolMXBean().getActiveConnections() != 0) {
            throw new AssertionError("a session of the pool was not given back");
        }
        // Fails where a crawl left a session in it.
        SOURCE.execute("postgres", "drop database if exists " + database);
        others.forEach(name -> SOURCE.execute("postgres", "drop database if exists " + name));
    }

    /** Executes a run as a worker that has just claimed it. */
    public Execution execution(ClaimedRun run) {
        return new Execution(run, Objects.requireNonNull(run.target()), SEALER);
    }

    private static HikariDataSource pool() {
        SERVICE.execute("postgres", "create database connections");
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(SERVICE.jdbcUrl("connections"));
        config.setUsername("postgres");
        config.setMaximumPoolSize(6);
        HikariDataSource pool = new HikariDataSource(config);
        Flyway.configure().dataSource(pool).load().migrate();
        return pool;
    }
}
