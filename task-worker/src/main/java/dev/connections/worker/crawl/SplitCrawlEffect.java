package dev.connections.worker.crawl;

import dev.connections.task.ClaimedRun;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CatalogStaging;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.execution.ConnectionDeletedException;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.health.ConnectionHealthStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The merge of a server's databases, and a child task for each of them that has its inside read.
 *
 * @param delegated the databases that are delegated to child tasks; staged, so that they have a data object after the merge
 */
record SplitCrawlEffect(
        CatalogStaging staging, ClaimedRun run, ClaimedRun.Target target, List<RemoteIdentity> delegated)
        implements Effect {
    private static final String OBJECT = """
            select id from data_object
             where connection_id = :connection and remote_scope = :scope and remote_id = :remoteId
            """;

    @Override
    public Object apply(JdbcClient jdbc) {
        CrawlResult own = staging.applyFirstPart(jdbc);
        // Before the tasks: their creation shares the connection's row, and two that share it could not both write it.
        ConnectionHealthStore.healthy(jdbc, target.connectionId());
        TaskStore tasks = new TaskStore(jdbc);
        List<String> warnings = new ArrayList<>(own.warnings());
        for (RemoteIdentity database : delegated) {
            String warning = createChild(tasks, object(jdbc, database));
            if (warning != null) {
                warnings.add(warning);
            }
        }
        return new CrawlResult(own.objects(), warnings);
    }

    /** Answers what to warn of where the object is crawled by a task of somebody else's. */
    private @Nullable String createChild(TaskStore tasks, UUID object) {
        TaskInput input =
                new TaskInput(object, run.input().includeInactive(), run.input().acceptMassMissing());
        NewTask child =
                new NewTask(target.connectionKey(), TaskType.CRAWL, input, TaskTrigger.SYSTEM, "system", run.taskId());
        return switch (tasks.create(child, child.allowedStates())) {
            case CreateOutcome.Created created -> null;
            case CreateOutcome.InFlight other ->
                "data object " + object + " was being crawled already, by task " + other.taskId()
                        + ", so its result is not part of this one";
            case CreateOutcome.StateForbids forbids -> throw new ConnectionDeletedException();
            case CreateOutcome.NoSuchConnection none -> throw new ConnectionDeletedException();
        };
    }

    private UUID object(JdbcClient jdbc, RemoteIdentity database) {
        return jdbc.sql(OBJECT)
                .param("connection", target.connectionId())
                .param("scope", database.scope())
                .param("remoteId", database.id())
                .query((row, i) -> row.getObject(1, UUID.class))
                .single();
    }

    @Override
    public DataSource session() {
        return staging.session();
    }

    @Override
    public void close() {
        staging.close();
    }
}
