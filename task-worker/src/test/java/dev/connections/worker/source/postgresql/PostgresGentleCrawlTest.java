package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CrawlFixture;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A crawl makes nobody at its source wait, and nobody at its source ends it. */
class PostgresGentleCrawlTest {
    private final CrawlFixture fixture = new CrawlFixture();
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        background.close();
        fixture.close();
    }

    @Test
    void aTableThatSomebodyHoldsIsReadWithItsDefaults() throws Exception {
        fixture.source("create table held (a int default 1, b text default 'x' || 'y')");
        try (Connection holder = holding("held")) {
            CrawlResult result = fixture.crawl();
            assertThat(result.warnings()).isEmpty();
            assertThat(fixture.valueOf("detail -> 'columns' -> 0 ->> 'defaultValue'", "public", "held"))
                    .isEqualTo("1");
            holder.rollback();
        }
    }

    @Test
    void whatIsLockedKeepsItsLastKnownTextAndIsNamed() throws Exception {
        fixture.source("create table held (a int, b int generated always as (a * 2) stored)");
        fixture.source("create view over_held as select a from held");
        fixture.crawl();
        String definition = fixture.valueOf("detail ->> 'viewDefinition'", "public", "over_held");
        String expression = fixture.valueOf("detail -> 'columns' -> 1 ->> 'defaultValue'", "public", "held");
        assertThat(definition).contains("FROM public.held");
        assertThat(expression).isEqualTo("(a * 2)");
        try (Connection holder = holding("held")) {
            CrawlResult result = fixture.crawl();
            assertThat(result.objects().updated()).isZero();
            assertThat(result.warnings())
                    .containsExactlyInAnyOrder(
                            "the definition of " + fixture.database + "/public/over_held could not be read, so what is"
                                    + " known of it was kept: another session has locked it",
                            "the expression of column number 2 of " + fixture.database + "/public/held could not be"
                                    + " read, so what is known of it was kept: another session has locked it");
            holder.rollback();
        }
        assertThat(fixture.valueOf("detail ->> 'viewDefinition'", "public", "over_held"))
                .isEqualTo(definition);
        assertThat(fixture.crawl().objects().unchanged()).isEqualTo(4);
    }

    @Test
    void nobodyWaitsBehindACrawlThatWaitsForALock() throws Exception {
        fixture.source("create table a (id int); create table b (id int)");
        fixture.source("do $$ begin for i in 1..200 loop"
                + " execute format('create view v%s as select b.id from b', i); end loop; end $$");
        fixture.source("create view waits as select a.id from a, b");
        try (Connection holder = holding("a");
                Connection user = fixture.sourceSession();
                Statement statement = user.createStatement()) {
            // Long enough for a busy machine, and far below what the crawl is willing to wait in all.
            statement.execute("set lock_timeout = '3s'");
            Future<CrawlResult> crawl = background.submit((Callable<CrawlResult>) fixture::crawl);
            int altered = 0;
            do {
                statement.execute("alter table b add column x" + altered + " int");
                altered++;
            } while (!crawl.isDone() && altered < 1_000);
            assertThat(crawl.get().warnings())
                    .singleElement()
                    .asString()
                    .contains(fixture.database + "/public/waits could not be read");
            holder.rollback();
        }
    }

    @Test
    void noLockOnAUsersRelationIsHeldLongerThanOneStatement() throws Exception {
        fixture.source(
                "do $$ begin for i in 0..199 loop"
                        + " execute format('create table t%s (id int, twice int generated always as (id * 2) stored)', i);"
                        + " end loop; for i in 0..1999 loop"
                        + " execute format('create view v%s as select * from t%s where id > %s', i, i / 10, i); end loop; end $$");
        try (Connection observer = fixture.sourceSession();
                Statement statement = observer.createStatement()) {
            Future<CrawlResult> crawl = background.submit((Callable<CrawlResult>) fixture::crawl);
            Set<String> transactions = new HashSet<>();
            long most = 0;
            while (!crawl.isDone()) {
                try (ResultSet lock = statement.executeQuery("""
                        select a.xact_start, a.state, count(*)
                          from pg_locks l
                          join pg_class c on c.oid = l.relation and c.relnamespace = 'public'::regnamespace
                          join pg_stat_activity a on a.pid = l.pid
                         where l.locktype = 'relation' and a.application_name like 'connections %'
                         group by a.xact_start, a.state
                        """)) {
                    while (lock.next()) {
                        transactions.add(lock.getString(1));
                        most = Math.max(most, lock.getLong(3));
                        // A statement that has ended holds no lock, whatever becomes of its client.
                        assertThat(lock.getString(2)).isNotEqualTo("idle in transaction");
                    }
                }
            }
            assertThat(crawl.get().objects().created()).isEqualTo(2_202);
            // Many statements, and none that locks more than the views of one batch and their tables.
            assertThat(transactions).hasSizeGreaterThan(1);
            assertThat(most).isBetween(1L, 100L);
        }
        assertThat(fixture.list("name", "normalized_type = 'VIEW' and detail ->> 'viewDefinition' is null"))
                .isEmpty();
    }

    @Test
    void viewsThatAreSwappedMeanwhileEndNoCrawl() throws Exception {
        fixture.source("do $$ begin for i in 0..299 loop execute format('create table t%s (id int)', i);"
                + " execute format('create view v%s as select * from t%s', i, i); end loop; end $$");
        fixture.crawl();
        List<String> ids = fixture.list("id", "name like 'v%'");
        List<CrawlResult> results = new ArrayList<>();
        int[] swaps = {0};
        try (Connection swapping = fixture.sourceSession();
                Statement statement = swapping.createStatement()) {
            Future<?> crawls = background.submit(() -> {
                for (int i = 0; i < 8; i++) {
                    results.add(fixture.crawl());
                }
                return true;
            });
            while (!crawls.isDone()) {
                int k = swaps[0]++ % 300;
                statement.execute("begin; create view v_tmp as select v.*, 1 as x from t" + k + " v;"
                        + " alter view v" + k + " rename to v_old; alter view v_tmp rename to v" + k
                        + "; drop view v_old; commit");
            }
            crawls.get();
        }
        assertThat(swaps[0]).isGreaterThan(100);
        assertThat(results).hasSize(8).allSatisfy(result -> {
            assertThat(result.objects().created()).isZero();
            assertThat(result.objects().missing()).isZero();
            assertThat(result.warnings()).isEmpty();
        });
        assertThat(fixture.list("id", "name like 'v%'")).containsExactlyElementsOf(ids);
    }

    @Test
    void whatIsBrokenForGoodIsNamedAndTheRestIsCrawled() throws Exception {
        fixture.source("create function gone() returns int language sql as 'select 1'");
        fixture.source(
                "create table bad (a int, b int default gone(), c int default 7); create table good (a int default 8)");
        fixture.source("create view bad_view as select gone() as a; create view good_view as select 1 as a");
        fixture.source("set allow_system_table_mods = on; delete from pg_proc where proname = 'gone'");

        CrawlResult result = fixture.crawl();

        assertThat(result.warnings()).hasSize(2);
        assertThat(result.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith(
                                "the expression of column number 2 of " + fixture.database + "/public/bad could not"))
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith("the definition of " + fixture.database + "/public/bad_view could not be read"));
        assertThat(result.objects().created()).isEqualTo(6);
        assertThat(fixture.valueOf("detail -> 'columns' -> 2 ->> 'defaultValue'", "public", "bad"))
                .isEqualTo("7");
        assertThat(fixture.valueOf("detail ->> 'viewDefinition'", "public", "good_view"))
                .contains("SELECT 1");
        assertThat(fixture.crawl().objects().unchanged()).isEqualTo(6);
    }

    @Test
    void aLongChainOfDomainsIsAsGoodAsAShortOne() throws Exception {
        fixture.source("create domain d0 as numeric not null; do $$ begin for i in 1..5000 loop"
                + " execute format('create domain d%s as d%s', i, i - 1); end loop; end $$");
        fixture.source("create table chained (a d5000)");

        fixture.crawl();

        assertThat(fixture.valueOf("detail -> 'columns' -> 0 ->> 'normalizedType'", "public", "chained"))
                .isEqualTo("DECIMAL");
        assertThat(fixture.valueOf("detail -> 'columns' -> 0 ->> 'nullable'", "public", "chained"))
                .isEqualTo("false");
    }

    @Test
    void aTypeThatIsMadeOfItselfIsOther() throws Exception {
        fixture.source("create domain one as int; create domain two as one; create table odd (a two)");
        fixture.source("set allow_system_table_mods = on;"
                + " update pg_type set typbasetype = 'two'::regtype where typname = 'one'");

        fixture.crawl();

        assertThat(fixture.valueOf("detail -> 'columns' -> 0 ->> 'normalizedType'", "public", "odd"))
                .isEqualTo("OTHER");
    }

    /** A session that holds a relation until its transaction ends. */
    private Connection holding(String relation) throws SQLException {
        Connection holder = fixture.sourceSession();
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("lock table " + relation + " in access exclusive mode");
        }
        await().until(() -> fixture.sourceClient()
                .sql("select exists (select from pg_locks where mode = 'AccessExclusiveLock' and granted)")
                .query(Boolean.class)
                .single());
        return holder;
    }
}
