package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is built anew under its name stays the object that it was; a rename stays a rename. */
class RebuiltObjectsTest {
    private static final String MART = """
            create schema mart;
            do $$ begin for i in 0..19 loop execute format('create table mart.m%s (id int)', i); end loop; end $$;
            """;

    private static final String NIGHT = """
            do $$ begin for i in 0..19 loop
              execute format('create table mart.m%s__new as select %s as id', i, i);
              execute format('alter table mart.m%s rename to m%s__old', i, i);
              execute format('alter table mart.m%s__new rename to m%s', i, i);
              execute format('drop table mart.m%s__old', i);
            end loop; end $$;
            """;

    private final CrawlFixture fixture = new CrawlFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void tablesThatAreBuiltAnewEachNightKeepIdsAndSettings() throws Exception {
        fixture.source(MART);
        fixture.crawl();
        List<String> ids = fixture.list("id || name", "true");
        List<String> remoteIds = fixture.list("remote_id", "path[2] = 'mart' and name like 'm_%' and name <> 'mart'");
        disable(fixture.idOf("mart", "m3"));
        for (int night = 0; night < 3; night++) {
            fixture.source(NIGHT);

            CrawlResult result = fixture.crawl();

            assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(23, 0, 20, 3, 0, 0));
            assertThat(fixture.list("id || name", "true")).isEqualTo(ids);
        }
        assertThat(fixture.valueOf("activation", "mart", "m3")).isEqualTo("DISABLED");
        assertThat(fixture.list("remote_id", "path[2] = 'mart' and name like 'm_%' and name <> 'mart'"))
                .hasSize(20)
                .doesNotContainAnyElementsOf(remoteIds);
        assertThat(fixture.crawl().objects().unchanged()).isEqualTo(23);
    }

    @Test
    void whatIsRenamedStaysItselfAndWhatTakesItsNameIsNew() throws Exception {
        fixture.source("create table t (a int)");
        fixture.crawl();
        UUID renamed = fixture.idOf("public", "t");
        fixture.source("alter table t rename to t_old; create table t (a int)");

        CrawlResult result = fixture.crawl();

        assertThat(result.objects().created()).isEqualTo(1);
        assertThat(fixture.idOf("public", "t_old")).isEqualTo(renamed);
        assertThat(fixture.idOf("public", "t")).isNotEqualTo(renamed);
    }

    @Test
    void twoTablesThatSwapTheirNamesSwapTheirPaths() throws Exception {
        fixture.source("create table a (x int); create table b (y int)");
        fixture.crawl();
        UUID a = fixture.idOf("public", "a");
        UUID b = fixture.idOf("public", "b");
        fixture.source("alter table a rename to c; alter table b rename to a; alter table c rename to b");

        CrawlResult result = fixture.crawl();

        assertThat(result.objects().updated()).isEqualTo(2);
        assertThat(fixture.idOf("public", "a")).isEqualTo(b);
        assertThat(fixture.idOf("public", "b")).isEqualTo(a);
    }

    @Test
    void aDatabaseThatWasDroppedAndRestoredIsTheSameWithAllInIt() throws Exception {
        fixture.source(MART);
        fixture.crawl();
        List<String> ids = fixture.list("id", "true");
        disable(fixture.idOf("mart"));
        fixture.source("postgres", "drop database " + fixture.database);
        fixture.source("postgres", "create database " + fixture.database);
        fixture.source(MART);

        // The schema is known to be switched off though its id is new, so its inside is not read.
        assertThat(fixture.crawl().objects()).isEqualTo(new CrawlResult.Objects(3, 0, 3, 0, 0, 0));
        CrawlResult all = fixture.crawl(new TaskInput(null, true, false));

        assertThat(all.objects()).isEqualTo(new CrawlResult.Objects(23, 0, 20, 3, 0, 0));
        assertThat(fixture.list("id", "true")).isEqualTo(ids);
        assertThat(fixture.valueOf("activation", "mart")).isEqualTo("DISABLED");
    }

    @Test
    void aCrawlOfOneTableFindsItUnderItsNewId() throws Exception {
        fixture.source("create table t (a int)");
        fixture.crawl();
        UUID id = fixture.idOf("public", "t");
        fixture.source("drop table t; create table t (a int, b int)");

        CrawlResult result = fixture.crawl(TaskInput.of(id));

        assertThat(result.objects().updated()).isEqualTo(1);
        assertThat(result.objects().missing()).isZero();
        assertThat(fixture.idOf("public", "t")).isEqualTo(id);
        assertThat(fixture.valueOf("column_names", "public", "t")).isEqualTo("{a,b}");
    }

    @Test
    void whatWasMissingForACrawlComesBackAsItself() throws Exception {
        fixture.source("create table t (a int); create table u (a int)");
        fixture.crawl();
        UUID id = fixture.idOf("public", "t");
        fixture.source("drop table t");
        assertThat(fixture.crawl().objects().missing()).isEqualTo(1);
        fixture.source("create table t (a int)");

        CrawlResult result = fixture.crawl();

        assertThat(result.objects().updated()).isEqualTo(1);
        assertThat(fixture.idOf("public", "t")).isEqualTo(id);
        assertThat(fixture.valueOf("missing_since is null", "public", "t")).isEqualTo("true");
    }

    @Test
    void aTableThatBecomesAViewOfItsNameStaysTheObject() throws Exception {
        fixture.source("create table t (a int)");
        fixture.crawl();
        UUID id = fixture.idOf("public", "t");
        fixture.source("drop table t; create view t as select 1 as a");

        fixture.crawl();

        assertThat(fixture.idOf("public", "t")).isEqualTo(id);
        assertThat(fixture.valueOf("normalized_type", "public", "t")).isEqualTo("VIEW");
    }

    private void disable(UUID object) {
        fixture.catalog
                .sql("update data_object set activation = 'DISABLED' where id = :id")
                .param("id", object)
                .update();
    }
}
