package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.connections.connection.ConnectionSettings.NewObjectActivation;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.RunFailures;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

class CatalogMergeTest {
    private static final String NOT_IN_ITS_BLOCK = """
            not exists (select from name_block b
                         where b.prefix = left(name, 5)
                           and b.signature & name_signature(name) = name_signature(name))
            """;

    private static final TaskInput ACCEPT = new TaskInput(null, false, true);

    private final CrawlFixture fixture = new CrawlFixture();

    @BeforeEach
    void createTables() {
        fixture.source("""
                create schema a;
                create schema b;
                create table a.one (id int primary key);
                create table a.two (id int primary key, one int references a.one);
                create table b.three (id int);
                create view b.seen as select * from a.one;
                """);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aSecondCrawlOfTheSameWritesNoRow() throws Exception {
        fixture.crawl();
        List<String> before = fixture.rowVersions();
        String listedAt = lastSynced("a", "one");

        CrawlResult second = fixture.crawl();

        assertThat(second.objects()).isEqualTo(new CrawlResult.Objects(8, 0, 0, 8, 0, 0));
        assertThat(fixture.rowVersions()).isEqualTo(before);
        assertThat(lastSynced("a", "one")).isGreaterThan(listedAt);
        assertThat(changes("UPDATED")).isEmpty();
    }

    @Test
    void aMergeWhoseSessionOurDatabaseEndedIsTriedAgain() throws Exception {
        Effect effect = fixture.read(fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT));
        Throwable thrown = catchThrowable(() -> {
            try (effect) {
                DataSource session = Objects.requireNonNull(effect.session());
                JdbcClient jdbc = JdbcClient.create(session);
                new TransactionTemplate(new JdbcTransactionManager(session)).executeWithoutResult(status -> {
                    // As a worker that stood still for longer than a transaction may be idle.
                    int pid = jdbc.sql("select pg_backend_pid()")
                            .query(Integer.class)
                            .single();
                    jdbc.sql("set local idle_in_transaction_session_timeout = '1ms'")
                            .update();
                    await().until(() -> fixture.catalog
                            .sql("select not exists (select from pg_stat_activity where pid = ?)")
                            .param(pid)
                            .query(Boolean.class)
                            .single());
                    effect.apply(jdbc);
                });
            }
        });
        assertThat(RunFailures.errorOf(thrown).retryable()).as("%s", thrown).isTrue();
    }

    @Test
    void aRenamedTableKeepsItsId() throws Exception {
        fixture.crawl();
        UUID one = fixture.idOf("a", "one");
        UUID two = fixture.idOf("a", "two");
        String created = fixture.valueOf("created_at", "a", "one");

        fixture.source("alter table a.one rename to uno");
        CrawlResult result = fixture.crawl();

        assertThat(fixture.idOf("a", "uno")).isEqualTo(one);
        assertThat(fixture.valueOf("created_at", "a", "uno")).isEqualTo(created);
        assertThat(fixture.valueOf("updated_at > created_at", "a", "uno")).isEqualTo("true");
        // The foreign key of two and the view's definition name the renamed table.
        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(8, 0, 3, 5, 0, 0));
        assertThat(changes("UPDATED")).containsExactlyInAnyOrder(one, two, fixture.idOf("b", "seen"));
    }

    @Test
    void theBlocksOfNamesKnowNewAndChangedNames() throws Exception {
        fixture.source("create table a.\"Ünïcode Näme\" (); create table a.\"MiXed\" (); create table a.x ()");
        fixture.crawl();
        assertThat(fixture.list("name", NOT_IN_ITS_BLOCK)).isEmpty();

        fixture.source("alter table a.one rename to \"Something ÄLSE\"");
        fixture.crawl();
        assertThat(fixture.list("name", NOT_IN_ITS_BLOCK)).isEmpty();
        assertThat(fixture.list("name", NOT_IN_ITS_BLOCK.replace("name_signature(name)", "name_signature('zq')")))
                .contains("x", "MiXed");
    }

    @Test
    void aTableMovedToAnotherSchemaKeepsItsId() throws Exception {
        fixture.crawl();
        UUID three = fixture.idOf("b", "three");

        fixture.source("create schema c; alter table b.three set schema c");
        CrawlResult result = fixture.crawl();

        assertThat(fixture.idOf("c", "three")).isEqualTo(three);
        assertThat(fixture.valueOf("parent_id", "c", "three"))
                .isEqualTo(fixture.idOf("c").toString());
        assertThat(fixture.valueOf("root_id", "c", "three"))
                .isEqualTo(fixture.idOf().toString());
        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(9, 1, 1, 7, 0, 0));
    }

    @Test
    void aRenamedSchemaRenamesThePathsBelowItAlsoOfWhatIsMissing() throws Exception {
        fixture.crawl();
        UUID three = fixture.idOf("b", "three");
        fixture.source("drop table b.three");
        fixture.crawl();

        fixture.source("alter schema b rename to bee");
        // What it did not see is published as UPDATED, but counts for nothing.
        assertThat(fixture.crawl().objects()).isEqualTo(new CrawlResult.Objects(7, 0, 2, 5, 0, 0));

        assertThat(fixture.idOf("bee", "three")).isEqualTo(three);
        assertThat(fixture.list("name", "path[2] = 'b'")).isEmpty();
        assertThat(changes("UPDATED")).contains(three);
    }

    @Test
    void aDroppedTableIsMissingAndPublishedSoOnce() throws Exception {
        fixture.crawl();
        UUID three = fixture.idOf("b", "three");
        String synced = lastSynced("b", "three");
        fixture.source("drop table b.three");

        CrawlResult dropped = fixture.crawl();

        assertThat(dropped.objects()).isEqualTo(new CrawlResult.Objects(7, 0, 0, 7, 1, 0));
        assertThat(fixture.valueOf("missing_since is not null", "b", "three")).isEqualTo("true");
        assertThat(lastSynced("b", "three")).isEqualTo(synced);
        assertThat(changes("MISSING")).containsExactly(three);
        assertThat(fixture.crawl().objects().missing()).isZero();
    }

    @Test
    void aMissingObjectThatIsFoundAgainIsPresent() throws Exception {
        fixture.crawl();
        List<String> versions = fixture.rowVersions();
        fixture.catalog
                .sql("update data_object set missing_since = now(), listed_with = null where id = :id")
                .param("id", fixture.idOf("a", "one"))
                .update();

        CrawlResult result = fixture.crawl();

        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(8, 0, 1, 7, 0, 0));
        assertThat(fixture.valueOf("missing_since", "a", "one")).isNull();
        assertThat(fixture.rowVersions()).hasSameSizeAs(versions);
    }

    @Test
    void whatIsBelowADroppedSchemaIsMissingToo() throws Exception {
        fixture.crawl();
        fixture.source("drop schema b cascade");

        assertThat(fixture.crawl().objects()).isEqualTo(new CrawlResult.Objects(5, 0, 0, 5, 3, 0));
        assertThat(fixture.list("name", "missing_since is not null")).containsExactly("b", "seen", "three");
    }

    @Test
    void aCrawlThatWouldMarkMostOfTheCatalogMissingFailsAndMarksNothing() throws Exception {
        fixture.source("do $$ begin for i in 1 .. 12 loop execute 'create table b.t' || i || ' ()'; end loop; end $$");
        fixture.crawl();
        List<String> before = fixture.rowVersions();
        fixture.source("drop schema b cascade");

        assertThatThrownBy(fixture::crawl)
                .isInstanceOfSatisfying(
                        RunFailedException.class,
                        e -> assertThat(e.error().code()).isEqualTo(ErrorCode.MASS_MISSING))
                .hasMessageContaining("15 of the connection's 20");
        assertThat(fixture.rowVersions()).isEqualTo(before);

        assertThat(fixture.crawl(ACCEPT).objects().missing()).isEqualTo(15);
    }

    @Test
    void aCrawlWhoseEffectIsRolledBackLeavesNothingHalf() throws Exception {
        fixture.crawl();
        List<String> before = fixture.rowVersions();
        fixture.source("drop table b.three; create table b.four (); alter table a.one rename to uno");
        Effect effect = fixture.read(fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT));

        assertThatThrownBy(() -> fixture.commit(new Failing(effect))).hasMessage("too late");

        assertThat(fixture.rowVersions()).isEqualTo(before);
        assertThat(changes("MISSING")).isEmpty();
    }

    @Test
    void objectsThatStayMissingAreRemovedAfterTheirRetention() throws Exception {
        fixture.crawl();
        UUID three = fixture.idOf("b", "three");
        fixture.source("drop table b.three");
        fixture.settings =
                CrawlFixture.settings(List.of(fixture.database + "/**"), List.of(), "P1D", NewObjectActivation.ENABLED);
        assertThat(fixture.crawl().objects().purged()).isZero();
        fixture.catalog
                .sql("update data_object set missing_since = now() - interval '25 hours' where id = :id")
                .param("id", three)
                .update();

        assertThat(fixture.crawl().objects().purged()).isEqualTo(1);

        assertThat(fixture.list("id", "name = 'three'")).isEmpty();
        assertThat(changes("REMOVED")).containsExactly(three);
    }

    @Test
    void twoCrawlsAtOnceBothFinishAndAgree() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 3; round++) {
                fixture.source("create table a.round_" + round + " ()");
                List<CompletableFuture<CrawlResult>> both = List.of(crawl(threads), crawl(threads));
                assertThat(both.stream()
                                .mapToLong(result -> result.join().objects().created())
                                .sum())
                        .isEqualTo(round == 0 ? 9 : 1);
            }
        }
        assertThat(fixture.list("name", "true")).hasSize(11).doesNotHaveDuplicates();
    }

    @Test
    void aCrawlDoesNotMarkMissingWhatALaterOneHasSeen() throws Exception {
        fixture.crawl();
        Effect earlier = fixture.read(fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT));
        fixture.source("create table b.four ()");
        fixture.crawl();

        CrawlResult late = (CrawlResult) fixture.commit(earlier);

        assertThat(late.objects().missing()).isZero();
        assertThat(fixture.valueOf("missing_since", "b", "four")).isNull();
        assertThat(fixture.crawl().objects().unchanged()).isEqualTo(9);
    }

    @Test
    void changesArePublishedWithTheRunThatMadeThem() throws Exception {
        fixture.crawl();

        JsonNode event = Json.tree(fixture.catalog
                .sql("select payload from change_outbox where key = :key")
                .param("key", fixture.idOf("a", "one").toString())
                .query(String.class)
                .single());
        // The shape that the AsyncAPI document promises, and its golden message shows.
        assertThat(event.propertyNames())
                .containsExactly(
                        "dataObjectId",
                        "connectionKey",
                        "change",
                        "path",
                        "type",
                        "normalizedType",
                        "runId",
                        "occurredAt");
        assertThat(event.get("dataObjectId").stringValue())
                .isEqualTo(fixture.idOf("a", "one").toString());
        assertThat(event.get("type").stringValue()).isEqualTo("TABLE");
        assertThat(event.get("normalizedType").stringValue()).isEqualTo("TABLE");
        assertThat(event.get("change").stringValue()).isEqualTo("CREATED");
        assertThat(event.get("connectionKey").stringValue()).isEqualTo(fixture.key());
        assertThat(event.get("path").toString()).isEqualTo("[\"" + fixture.database + "\",\"a\",\"one\"]");
        assertThat(event.get("occurredAt").stringValue()).endsWith("Z");
        assertThat(CrawlFixture.texts(fixture.catalog
                        .sql("select event_id || ' ' || event_type || ' ' || topic from change_outbox where key = :key")
                        .param("key", fixture.idOf("a", "one").toString())))
                .containsExactly(
                        fixture.idOf("a", "one") + "/" + event.get("runId").stringValue()
                                + "/CREATED connections.data-object.created connections.data-object-changes");
    }

    @Test
    void aSuccessfulCrawlMakesTheConnectionActive() throws Exception {
        fixture.crawl();

        assertThat(fixture.catalog
                        .sql("select state from connection where id = :id and last_crawled_at is not null")
                        .param("id", fixture.connectionId)
                        .query(String.class)
                        .single())
                .isEqualTo("ACTIVE");
    }

    private CompletableFuture<CrawlResult> crawl(java.util.concurrent.Executor threads) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return fixture.crawl();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
    }

    private String lastSynced(String... names) {
        return String.valueOf(fixture.valueOf(
                "coalesce((select listed_at from listing where listing.id = listed_with), synced_at)", names));
    }

    private List<UUID> changes(String change) {
        return CrawlFixture.texts(
                        fixture.catalog.sql("""
                                select key from change_outbox
                                 where topic = 'connections.data-object-changes'
                                   and payload::json ->> 'connectionKey' = :key
                                   and payload::json ->> 'change' = :change
                                """).param("key", fixture.key()).param("change", change))
                .stream()
                .map(UUID::fromString)
                .toList();
    }

    /** Fails after all has been written, as a run does that another worker has taken over. */
    private record Failing(Effect effect) implements Effect {
        @Override
        public Object apply(org.springframework.jdbc.core.simple.JdbcClient jdbc) {
            effect.apply(jdbc);
            throw new IllegalStateException("too late");
        }

        @Override
        public javax.sql.@org.jspecify.annotations.Nullable DataSource session() {
            return effect.session();
        }

        @Override
        public void close() {
            effect.close();
        }
    }
}
