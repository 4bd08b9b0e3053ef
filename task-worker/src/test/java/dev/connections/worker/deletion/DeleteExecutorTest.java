package dev.connections.worker.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.connections.json.Ids;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.crawl.CrawlFixture;
import dev.connections.worker.execution.ConnectionDeletedException;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

class DeleteExecutorTest {
    private final CrawlFixture fixture = new CrawlFixture();

    @BeforeEach
    void crawl() throws Exception {
        fixture.source("create schema a; create table a.one (); create table a.two (); create table public.three ()");
        fixture.crawl();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anObjectGoesWithAllThatIsBelowIt() throws Exception {
        UUID schema = fixture.idOf("a");

        assertThat(delete(schema)).isEqualTo(new DeleteResult(3));

        assertThat(fixture.list("name", "true")).containsExactly(fixture.database, "public", "three");
        assertThat(count("select count(*) from listing where id = :id", schema)).isZero();
        assertThat(fixture.catalog
                        .sql("""
                                select count(*) from change_outbox
                                 where payload like '%REMOVED%' and payload::json ->> 'connectionKey' = :key
                                """)
                        .param("key", fixture.key())
                        .query(Long.class)
                        .single())
                .isEqualTo(3);
    }

    @Test
    void anObjectThatIsNotThereIsDeletedAlready() throws Exception {
        assertThat(delete(Ids.next())).isEqualTo(new DeleteResult(0));
        assertThat(fixture.list("name", "true")).hasSize(6);
    }

    @Test
    void aDeletedObjectThatIsStillAtTheSourceReturnsAsANewOne() throws Exception {
        UUID schema = fixture.idOf("a");
        delete(schema);

        assertThat(fixture.crawl().objects().created()).isEqualTo(3);
        assertThat(fixture.idOf("a")).isNotEqualTo(schema);
    }

    @Test
    void aConnectionGoesWithItsObjectsAndEndsItsOtherRuns() throws Exception {
        UUID pending = run("PENDING");
        UUID running = run("RUNNING");
        UUID ended = run("SUCCEEDED");
        UUID lost = run("RUNNING");
        fixture.catalog
                .sql("update task_run set lease_until = '-infinity' where id = :id")
                .param("id", lost)
                .update();

        assertThat(delete(null)).isEqualTo(new DeleteResult(6));

        assertThat(fixture.list("name", "true")).isEmpty();
        assertThat(count("select count(*) from connection where id = :id", fixture.connectionId))
                .isZero();
        assertThat(count("select count(*) from listing where connection_id = :id", fixture.connectionId))
                .isZero();
        assertThat(state(pending)).isEqualTo("CANCELED true system");
        assertThat(state(running)).isEqualTo("RUNNING true system");
        assertThat(state(ended)).isEqualTo("SUCCEEDED false -");
        assertThat(state(lost)).isEqualTo("CANCELED true system");
    }

    @Test
    void aCrawlThatEndsAfterItsConnectionWasDeletedWritesNothing() throws Exception {
        Effect late = fixture.read(fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT));
        delete(null);

        assertThatThrownBy(() -> fixture.commit(late)).isInstanceOf(ConnectionDeletedException.class);
        assertThat(fixture.list("name", "true")).isEmpty();
    }

    @Test
    void aDeletionAndARunThatEndsMeanwhileLockInTheSameOrder() throws Exception {
        UUID ending = run("RUNNING");
        Effect effect = effect(fixture.execution(TaskType.DELETE, TaskInput.of(null)));
        CompletableFuture<Object> deleted;
        try (Connection outcome = fixture.serviceSession();
                Statement statement = outcome.createStatement()) {
            outcome.setAutoCommit(false);
            // As the end of a validation does it: the connection's health, then the run.
            statement.execute(
                    "update connection set last_validated_at = now() where id = '" + fixture.connectionId + "'");
            deleted = CompletableFuture.supplyAsync(() -> committed(effect));
            await().until(() -> fixture.waitsForALock());
            statement.execute("update task_run set status = 'SUCCEEDED' where id = '" + ending + "'");
            outcome.commit();
        }
        assertThat(deleted.get(10, TimeUnit.SECONDS)).isEqualTo(new DeleteResult(6));
        assertThat(state(ending)).startsWith("SUCCEEDED");
    }

    /** A removal takes long where the catalog is large, and heartbeats, claims and ends must not wait for it. */
    @Test
    void whileObjectsAreRemovedOthersMayLockTheConnectionAndItsRuns() throws Exception {
        UUID running = run("RUNNING");
        Effect effect = effect(fixture.execution(TaskType.DELETE, TaskInput.of(null)));
        CompletableFuture<Object> deleted;
        try (Connection holder = fixture.serviceSession();
                Statement lock = holder.createStatement();
                Connection other = fixture.serviceSession();
                Statement statement = other.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("select from data_object where id = '" + fixture.idOf("a", "one") + "' for update");
            deleted = CompletableFuture.supplyAsync(() -> committed(effect));
            await().until(() -> fixture.waitsForALock());

            statement.execute(
                    "select from connection where id = '" + fixture.connectionId + "' for no key update nowait");
            statement.execute("select from task_run where id = '" + running + "' for update nowait");
            holder.rollback();
        }
        assertThat(deleted.get(10, TimeUnit.SECONDS)).isEqualTo(new DeleteResult(6));
        assertThat(state(running)).isEqualTo("RUNNING true system");
    }

    /** As the end of a child does, which may end its parent with it. */
    @Test
    void aDeletionLocksChildrenBeforeTheParentThatWaitsForThem() throws Exception {
        UUID parent = run("RUNNING");
        UUID child = run("RUNNING");
        fixture.catalog
                .sql("update task_run set waits_for_children = true where id = :id")
                .param("id", parent)
                .update();
        Effect effect = effect(fixture.execution(TaskType.DELETE, TaskInput.of(null)));
        CompletableFuture<Object> deleted;
        try (Connection ending = fixture.serviceSession();
                Statement statement = ending.createStatement()) {
            ending.setAutoCommit(false);
            statement.execute("select from task_run where id = '" + child + "' for update");
            deleted = CompletableFuture.supplyAsync(() -> committed(effect));
            await().until(() -> fixture.waitsForALock());
            statement.execute("select from task_run where id = '" + parent + "' for update nowait");
            ending.rollback();
        }
        assertThat(deleted.get(10, TimeUnit.SECONDS)).isEqualTo(new DeleteResult(6));
        assertThat(state(parent)).isEqualTo("RUNNING true system");
    }

    @Test
    void aDeletionThatIsStoppedInTheMiddleRemovesNothing() throws Exception {
        UUID schema = fixture.idOf("a");
        Execution execution = fixture.execution(TaskType.DELETE, TaskInput.of(schema));
        Effect effect = effect(execution);
        CompletableFuture<Throwable> stopped;
        try (Connection holder = fixture.serviceSession();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("select from data_object where id = '" + fixture.idOf("a", "one") + "' for update");
            stopped = CompletableFuture.supplyAsync(() -> catchThrowable(() -> fixture.commit(effect)));
            await().until(() -> fixture.waitsForALock());
            execution.stop(Execution.StopReason.CANCELED);
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isInstanceOf(DataAccessException.class);
        }
        assertThat(fixture.list("name", "true")).hasSize(6);
    }

    private Object delete(@org.jspecify.annotations.Nullable UUID objectId) throws Exception {
        return fixture.commit(effect(fixture.execution(TaskType.DELETE, TaskInput.of(objectId))));
    }

    private Object committed(Effect effect) {
        try {
            return fixture.commit(effect);
        } catch (Exception e) {
            return e;
        }
    }

    private static Effect effect(Execution execution) throws Exception {
        Outcome outcome = new DeleteExecutor(CrawlFixture.serviceDatabase()).execute(execution);
        return ((Outcome.Succeeded) outcome).effect();
    }

    private UUID run(String status) {
        UUID task = Ids.next();
        UUID run = Ids.next();
        fixture.catalog
                .sql("""
                        with made as (
                            insert into task (id, connection_id, connection_key, type, input, status, trigger,
                                              created_by, latest_run_id)
                            values (:task, :connection, :key, 'CRAWL', jsonb_build_object('objectId', :task), :status,
                                    'MANUAL', 'test', :run)
                        )
                        insert into task_run (id, task_id, connection_id, type, attempt, status)
                        values (:run, :task, :connection, 'CRAWL', 1, :status)
                        """)
                .param("task", task)
                .param("run", run)
                .param("connection", fixture.connectionId)
                .param("key", fixture.key())
                .param("status", status)
                .update();
        return run;
    }

    private String state(UUID run) {
        return fixture.catalog.sql("""
                        select status || ' ' || (cancel_requested_at is not null) || ' ' || coalesce(canceled_by, '-')
                          from task_run where id = :run
                        """).param("run", run).query(String.class).single();
    }

    private long count(String sql, UUID id) {
        return fixture.catalog.sql(sql).param("id", id).query(Long.class).single();
    }
}
