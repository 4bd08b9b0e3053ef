package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.catchThrowable;

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
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.RunFailures;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceProbe;
import dev.connections.worker.source.Sources;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One connection in this service's own database, its catalog, and what the engine does with its runs. */
public abstract class CatalogFixture implements AutoCloseable {
    private static final Postgres SERVICE = Postgres.startTemporary(Map.of("timezone", "Asia/Kathmandu"));
    private static final HikariDataSource POOL = pool();
    private static final SecretSealer SEALER = new SecretSealer(SecretSealer.newKeyset());

    public final UUID connectionId = Ids.next();
    public final JdbcClient catalog = JdbcClient.create(POOL);
    /** What a crawl takes from its source. */
    public SourceLimits limits = Limits.DEFAULT;

    public ConnectionSettings settings = settings(List.of("**"), List.of());
    private final Technology technology;
    private final Sources sources;
    private final String key;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            POOL.close();
            SERVICE.close();
        }));
    }

    /** Inserts the connection; the sources have its technology. */
    protected CatalogFixture(Technology technology, Sources sources, String key) {
        this.technology = technology;
        this.sources = sources;
        this.key = key;
        catalog.sql(ConnectionRow.INSERT)
                .params(new ConnectionRow(connectionId, key, "UNHEALTHY", "{}").parameters())
                .update();
    }

    /** The connection's configuration as a user gives it. */
    protected abstract ObjectNode configuration();

    /** The technologies that this connection's runs can have. */
    public final Sources technologies() {
        return sources;
    }

    public final String key() {
        return key;
    }

    /** A source as a worker has it that may dial as configured. */
    public static Sources sources(Function<SourceDialer, Source> source, NetworkProperties network) {
        return new Sources(List.of(source.apply(new SourceDialer(network, new StandardEnvironment(), Set::of))));
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

    /** What a validation finds of TLS, of the login, and of the privileges. */
    public final List<Finding> validate() throws Exception {
        try (SourceProbe probe = sources.probe(execution(TaskType.VALIDATE, TaskInput.DEFAULT))) {
            probe.checkNetwork();
            return List.of(probe.checkTls(), probe.checkAuthentication(), probe.checkPrivileges());
        }
    }

    /** The error of a validation. */
    public final TaskError failedValidation() {
        return RunFailures.errorOf(catchThrowable(this::validate));
    }

    /** The error of a crawl. */
    public final TaskError failedCrawl() {
        return RunFailures.errorOf(catchThrowable(this::crawl));
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
        return execute(execution, sources);
    }

    /** Likewise, of a source that the crawler reads. */
    Outcome execute(Execution execution, Crawler crawler) throws Exception {
        return new CrawlExecutor(POOL, crawler).execute(execution);
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
        return execution(type, input, technology);
    }

    public Execution execution(TaskType type, TaskInput input, Technology technology) {
        ClaimedRun.Target target = new ClaimedRun.Target(connectionId, key(), technology, sealed(technology), settings);
        return new Execution(
                new ClaimedRun(Ids.next(), Ids.next(), 1, 1, type, TaskTrigger.MANUAL, input, target),
                target,
                SEALER,
                limits);
    }

    private JsonNode sealed(Technology sealedFor) {
        return SEALER.seal(connectionId, sealedFor, configuration(), null);
    }

    /** Stores the configuration and the settings as they are now, for runs that are claimed. */
    void storeConfiguration() {
        catalog.sql("""
                        update connection set client_configuration = :configuration::jsonb, settings = :settings::jsonb
                         where id = :id
                        """)
                .param("configuration", Json.write(sealed(technology)))
                .param("settings", Json.write(settings))
                .param("id", connectionId)
                .update();
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

    /** The id of the object at a path. */
    public UUID idAt(List<String> path) {
        return UUID.fromString(Objects.requireNonNull(valueAt("id", path)));
    }

    /** An expression's text for the object at a path. */
    public @Nullable String valueAt(String expression, List<String> path) {
        return catalog.sql("select (" + expression
                        + ")::text from data_object where connection_id = :c and path = :p::text[]")
                .param("c", connectionId)
                .param("p", path.toArray(String[]::new))
                .query((row, i) -> new @Nullable String[] {row.getString(1)})
                .single()[0];
    }

    /** The texts of an expression over the connection's objects, in the order of their paths. */
    public List<String> list(String expression, String condition) {
        return texts(catalog.sql("select (" + expression + ")::text from data_object where connection_id = :c and "
                        + condition + " order by path")
                .param("c", connectionId));
    }

    /** The texts of an expression over the columns {@code c} of an object, in their order. */
    public List<String> columns(List<String> path, String expression) {
        return texts(catalog.sql("select (" + expression
                        + ")::text from data_object, jsonb_array_elements(detail -> 'columns') c where id = :id"
                        + " order by (c ->> 'ordinal')::int")
                .param("id", idAt(path)));
    }

    /** The rows of a query of one text. */
    public static List<String> texts(JdbcClient.StatementSpec query) {
        return query.query((row, i) -> String.valueOf(row.getString(1))).list();
    }

    /** Where every row of the catalog is and who wrote it: equal where nothing was written. */
    public List<String> rowVersions() {
        return list("id || ' ' || xmin || ' ' || ctid", "true");
    }

    @Override
    public void close() {
        if (POOL.getHikariPoolMXBean().getActiveConnections() != 0) {
            throw new AssertionError("a session of the pool was not given back");
        }
    }

    /** Executes a run as a worker that has just claimed it. */
    public Execution execution(ClaimedRun run) {
        return new Execution(run, Objects.requireNonNull(run.target()), SEALER, limits);
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
