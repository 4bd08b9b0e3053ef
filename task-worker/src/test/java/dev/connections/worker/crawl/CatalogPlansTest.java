package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Ids;
import dev.connections.lab.ConnectionRow;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CatalogRemoval;
import dev.connections.worker.execution.Effect;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a change of a catalog reads does not grow with what other connections have there. */
class CatalogPlansTest {
    private static final int OTHERS = 20_000;
    /** Of the table of objects, for a connection of nine. */
    private static final long FEW = 1_000;

    private static final String ROWS_READ = """
            select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'data_object'
            """;

    /** A schema for each hundred tables. */
    private static final String INSERT_OTHERS = """
            with made as (
                select n, gen_random_uuid() as id from generate_series(1, ?) n
            ), schema as (
                select n, id from made where n % 100 = 1
            )
            insert into data_object (id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, content_hash, created_by, updated_by)
            select m.id, ?, case when s.n <> m.n then s.id end, s.id, 'o' || m.n, 'TABLE', 'TABLE', array['o' || m.n], array['TABLE'],
                   'others', m.n::text, '', 'test', 'test'
              from made m join schema s on s.n = (m.n - 1) / 100 * 100 + 1
            """;

    private final CrawlFixture fixture = new CrawlFixture();
    private final UUID other = Ids.next();

    @BeforeEach
    void crawlBesideALargeCatalog() throws Exception {
        fixture.source("""
                create schema a;
                create schema b;
                create table a.one (id int primary key);
                create table a.two (id int primary key);
                create table b.three (id int);
                create table b.four (id int);
                """);
        fixture.crawl();
        fixture.catalog
                .sql(ConnectionRow.INSERT)
                .params(new ConnectionRow(other, "large-" + other, "ACTIVE", "{}").parameters())
                .update();
        fixture.catalog.sql(INSERT_OTHERS).params(OTHERS, other).update();
        fixture.catalog.sql("analyze data_object").update();
    }

    @AfterEach
    void close() {
        fixture.catalog
                .sql("delete from data_object where connection_id = ?")
                .param(other)
                .update();
        fixture.catalog.sql("vacuum analyze data_object").update();
        fixture.close();
    }

    @Test
    void ofACrawlThatFindsObjectsMissing() throws Exception {
        fixture.source("drop schema b cascade");
        assertThat(rowsReadByACrawl()).isBetween(1L, FEW);
        assertThat(fixture.list("name", "missing_since is not null")).contains("b", "three", "four");
    }

    @Test
    void ofACrawlThatFindsASchemaRenamed() throws Exception {
        fixture.source("alter schema b rename to c");
        assertThat(rowsReadByACrawl()).isBetween(1L, FEW);
        assertThat(fixture.list("name", "path[2] = 'c'")).contains("c", "three", "four");
    }

    @Test
    void ofARemoval() {
        UUID schema = fixture.idAt(List.of(fixture.database, "b"));
        CatalogRemoval removal = new CatalogRemoval(fixture.catalog, fixture.connectionId, fixture.key(), Ids.next());
        long read = rowsRead(CatalogFixture.serviceDatabase(), jdbc -> removal.removeSubtree(schema));
        assertThat(read).isBetween(1L, FEW);
        assertThat(fixture.list("name", "path[2] = 'b'")).isEmpty();
    }

    private long rowsReadByACrawl() throws Exception {
        try (Effect effect = fixture.read(fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT))) {
            return rowsRead(Objects.requireNonNull(effect.session()), effect::apply);
        }
    }

    private static long rowsRead(DataSource session, Consumer<JdbcClient> work) {
        JdbcClient jdbc = JdbcClient.create(session);
        return Objects.requireNonNull(new TransactionTemplate(new JdbcTransactionManager(session)).execute(status -> {
            work.accept(jdbc);
            return jdbc.sql(ROWS_READ).query(Long.class).single();
        }));
    }
}
