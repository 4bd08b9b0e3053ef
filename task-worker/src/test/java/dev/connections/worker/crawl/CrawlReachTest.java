package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.connection.ConnectionSettings.NewObjectActivation;
import dev.connections.json.Ids;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.RunFailedException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crawl looks at: filters, where it starts, what is INACTIVE. */
class CrawlReachTest {
    private static final TaskInput INCLUDE_INACTIVE = new TaskInput(null, true, false);

    private final CrawlFixture fixture = new CrawlFixture();

    @BeforeEach
    void createTables() {
        fixture.source("""
                create schema a;
                create schema b;
                create table a.one (id int);
                create table a.two (id int);
                create table b.three (id int);
                create table b.tmp_four (id int);
                """);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatTheFiltersLeaveOutIsNeitherFoundNorMissing() throws Exception {
        fixture.crawl();
        String synced = lastSynced("b", "tmp_four");
        fixture.settings = CrawlFixture.settings(List.of(fixture.database + "/**"), List.of("**/tmp_*", "*/a"));
        fixture.source("drop table a.one");

        CrawlResult result = fixture.crawl();
        List<String> versions = fixture.rowVersions();
        CrawlResult again = fixture.crawl();

        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(4, 0, 0, 4, 0, 0));
        assertThat(again).isEqualTo(result);
        assertThat(fixture.rowVersions()).isEqualTo(versions);
        assertThat(lastSynced("b", "tmp_four")).isEqualTo(synced);
        assertThat(lastSynced("b", "three")).isGreaterThan(synced);
    }

    @Test
    void onlyWhatAnIncludePatternNamesIsFound() throws Exception {
        fixture.settings = CrawlFixture.settings(List.of(fixture.database + "/*/t*"), List.of());

        fixture.crawl();

        assertThat(fixture.list("name", "cardinality(path) = 3")).containsExactly("two", "three", "tmp_four");
        fixture.source("drop table a.two");
        assertThat(fixture.crawl().objects().missing()).isEqualTo(1);
    }

    @Test
    void aSlashInANameIsNoLevelToThePatterns() throws Exception {
        fixture.source("create schema \"We/ird Na*me\"; create table \"We/ird Na*me\".\"or/ders\" ();"
                + "create table b.\"five/six\" ()");
        fixture.settings = CrawlFixture.settings(List.of(fixture.database + "/*/*"), List.of("*/*/*/six"));

        fixture.crawl();
        assertThat(fixture.list("name", "cardinality(path) = 3")).contains("or/ders", "five/six");
        fixture.source("drop table \"We/ird Na*me\".\"or/ders\"; drop table b.\"five/six\"");

        assertThat(fixture.crawl().objects().missing()).isEqualTo(2);
    }

    @Test
    void aCrawlOfASchemaLooksAtNothingElse() throws Exception {
        fixture.crawl();
        fixture.source("drop table a.one; drop table b.three; create table a.five (); create table b.six ()");

        CrawlResult result = fixture.crawl(TaskInput.of(fixture.idOf("a")));

        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(3, 1, 0, 2, 1, 0));
        assertThat(fixture.list("name", "missing_since is not null")).containsExactly("one");
        assertThat(fixture.list("name", "name = 'six'")).isEmpty();
    }

    @Test
    void aCrawlOfATableReadsThatTable() throws Exception {
        fixture.crawl();
        fixture.source("alter table a.one add more text; drop table a.two; alter table a.one set schema b");

        CrawlResult result = fixture.crawl(TaskInput.of(fixture.idOf("a", "one")));

        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(1, 0, 1, 0, 0, 0));
        assertThat(fixture.valueOf("column_names", "b", "one")).isEqualTo("{id,more}");
        assertThat(fixture.crawl(TaskInput.of(fixture.idOf("b", "one")))
                        .objects()
                        .unchanged())
                .isEqualTo(1);
    }

    @Test
    void aCrawlOfADroppedObjectMarksItMissing() throws Exception {
        fixture.crawl();
        fixture.source("drop table a.one; drop schema b cascade");

        assertThat(fixture.crawl(TaskInput.of(fixture.idOf("a", "one"))).objects())
                .isEqualTo(new CrawlResult.Objects(0, 0, 0, 0, 1, 0));
        assertThat(fixture.crawl(TaskInput.of(fixture.idOf("b"))).objects())
                .isEqualTo(new CrawlResult.Objects(0, 0, 0, 0, 3, 0));
    }

    @Test
    void aCrawlOfAnObjectThatTheCatalogDoesNotHoldFails() {
        assertThatThrownBy(() -> fixture.crawl(TaskInput.of(Ids.next())))
                .isInstanceOfSatisfying(
                        RunFailedException.class,
                        e -> assertThat(e.error().code()).isEqualTo(ErrorCode.REMOTE_ERROR))
                .hasMessageContaining("no data object");
    }

    @Test
    void theInsideOfAnInactiveObjectIsPassedOver() throws Exception {
        fixture.crawl();
        set("activation", "DISABLED", "a");
        fixture.source("drop table a.one; create table a.five (); drop table b.three; alter schema a rename to aa");

        CrawlResult result = fixture.crawl();

        assertThat(fixture.list("name", "missing_since is not null")).containsExactly("three");
        assertThat(fixture.list("name", "path[2] = 'aa'")).containsExactly("aa", "one", "two");
        assertThat(result.objects().missing()).isEqualTo(1);
        assertThat(fixture.crawl(INCLUDE_INACTIVE).objects().missing()).isEqualTo(1);
        assertThat(fixture.list("name", "path[2] = 'aa' and missing_since is null"))
                .containsExactly("aa", "five", "two");
    }

    @Test
    void anActiveSchemaOfAnInactiveDatabaseIsLookedInto() throws Exception {
        fixture.crawl();
        set("activation", "DISABLED");
        set("activation", "ENABLED", "a");
        fixture.source("drop table a.one; drop table b.three; create schema c");

        CrawlResult result = fixture.crawl();

        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(3, 0, 0, 3, 1, 0));
        assertThat(fixture.list("name", "missing_since is not null")).containsExactly("one");
        fixture.source("drop schema a cascade");
        assertThat(fixture.crawl().objects().missing()).isEqualTo(2);
    }

    @Test
    void newObjectsTakeTheirActivationFromTheNearestObjectAbove() throws Exception {
        fixture.crawl();
        set("new_child_activation", "DISABLED");
        set("new_child_activation", "ENABLED", "b");
        fixture.source("create table a.five (); create table b.six (); create schema c; create table c.seven ()");

        fixture.crawl();

        assertThat(fixture.valueOf("activation", "a", "five")).isEqualTo("DISABLED");
        assertThat(fixture.valueOf("activation", "b", "six")).isEqualTo("ENABLED");
        assertThat(fixture.valueOf("activation", "c")).isEqualTo("DISABLED");
        assertThat(fixture.list("name", "name = 'seven'")).isEmpty();
        assertThat(fixture.valueOf("activation", "a", "one")).isEqualTo("INHERIT");
    }

    @Test
    void newObjectsOfACautiousConnectionStartInactive() throws Exception {
        fixture.settings =
                CrawlFixture.settings(List.of(fixture.database + "/**"), List.of(), null, NewObjectActivation.DISABLED);

        fixture.crawl();
        assertThat(fixture.list("name || ' ' || activation", "true")).containsExactly(fixture.database + " DISABLED");

        fixture.crawl(INCLUDE_INACTIVE);
        assertThat(fixture.list("activation", "true")).hasSize(8).containsOnly("DISABLED");
    }

    private void set(String column, String value, String... names) {
        fixture.catalog
                .sql("update data_object set " + column + " = :value where id = :id")
                .param("value", value)
                .param("id", fixture.idOf(names))
                .update();
    }

    @Test
    void aCrawlThatPassesItsStartOverSaysNothingOfTheConnection() throws Exception {
        fixture.crawl();
        fixture.catalog
                .sql("update data_object set activation = 'DISABLED' where id = :id")
                .param("id", fixture.idOf("a"))
                .update();
        fixture.catalog
                .sql("update connection set state = 'UNHEALTHY', last_crawled_at = null where id = :id")
                .param("id", fixture.connectionId)
                .update();

        assertThat(fixture.crawl(TaskInput.of(fixture.idOf("a", "one"))).warnings())
                .hasSize(1);

        assertThat(fixture.catalog
                        .sql("select state || coalesce(last_crawled_at::text, '') from connection where id = :id")
                        .param("id", fixture.connectionId)
                        .query(String.class)
                        .single())
                .isEqualTo("UNHEALTHY");
    }

    private String lastSynced(String... names) {
        return String.valueOf(fixture.valueOf(
                "coalesce((select listed_at from listing where listing.id = listed_with), synced_at)", names));
    }
}
