package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connections.embedded.PostgresServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

class DemoWarehouseTest {
    private static final String OURS =
            " and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'public')";

    private static DemoWarehouse demo;
    private static JdbcClient jdbc;

    @BeforeAll
    static void load() {
        demo = new DemoWarehouse(PostgresServer.startTemporary(), "secret").load();
        jdbc = JdbcClient.create(new SimpleDriverDataSource(new Driver(), demo.jdbcUrl()));
    }

    @AfterAll
    static void close() {
        demo.close();
    }

    @Test
    void itHasSomeFortyTablesInSixSchemasAndEveryKindOfRelation() {
        Map<String, Long> kinds = Map.of(
                "tables", relations("c.relkind = 'r' and not c.relispartition"),
                "partitioned", relations("c.relkind = 'p'"),
                "partitions", relations("c.relispartition and c.relkind = 'r'"),
                "views", relations("c.relkind = 'v'"),
                "materialized", relations("c.relkind = 'm'"));
        assertThat(kinds)
                .containsEntry("partitioned", 1L)
                .containsEntry("partitions", 4L)
                .containsEntry("views", 4L)
                .containsEntry("materialized", 1L);
        assertThat(kinds.get("tables")).isBetween(38L, 46L);
        assertThat(count("pg_namespace n where true" + OURS)).isEqualTo(6);
    }

    @Test
    void itHasWhatACrawlerFindsHardToRead() {
        assertThat(count("pg_constraint where contype = 'f' and cardinality(conkey) > 1"))
                .isGreaterThanOrEqualTo(4);
        assertThat(columns("a.attgenerated <> ''")).isGreaterThanOrEqualTo(4);
        assertThat(columns("a.attidentity <> ''")).isGreaterThanOrEqualTo(10);
        for (String kind : new String[] {"e", "d", "c"}) {
            assertThat(columns("t.typtype = '" + kind + "'")).as(kind).isPositive();
        }
        assertThat(columns("t.typcategory = 'A'")).isPositive();
        assertThat(columns("t.typname in ('json', 'jsonb')")).isGreaterThanOrEqualTo(3);
        assertThat(count("pg_description where objsubid > 0 and classoid = 'pg_class'::regclass and objoid >= 16384"))
                .isGreaterThanOrEqualTo(10);
    }

    @Test
    void aRestartLeavesItAsItIs() {
        jdbc.sql("alter table crm.customer rename to client").update();
        demo.load();
        assertThat(count("pg_class where relname = 'client'")).isEqualTo(1);
        assertThat(count("pg_class where relname = 'customer'")).isZero();
    }

    @Test
    void itsAccountReachesNothingButTheWarehouse() {
        String elsewhere = demo.server().jdbcUrl("postgres");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> DriverManager.getConnection(elsewhere, DemoWarehouse.USER, "secret"))
                .returns("42501", SQLException::getSQLState);
    }

    private static long relations(String condition) {
        return count("pg_class c join pg_namespace n on n.oid = c.relnamespace where " + condition + OURS);
    }

    private static long columns(String condition) {
        return count("pg_attribute a join pg_type t on t.oid = a.atttypid join pg_class c on c.oid = a.attrelid"
                + " join pg_namespace n on n.oid = c.relnamespace where a.attnum > 0 and c.relkind in ('r', 'p') and "
                + condition + OURS);
    }

    private static long count(String from) {
        return jdbc.sql("select count(*) from " + from).query(Long.class).single();
    }
}
