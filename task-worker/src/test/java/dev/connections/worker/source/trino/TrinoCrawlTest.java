package dev.connections.worker.source.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What is read of a real cluster, and how it is logged in to. */
@EnabledIf("dev.connections.worker.source.trino.TrinoServerProcess#isRunnable")
class TrinoCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TrinoSourceServer server = TrinoServerProcess.shared();
    private final String catalog = "crawl" + NUMBER.incrementAndGet();
    private final SourceConnection connection =
            new SourceConnection(Technology.TRINO, TrinoSource::new, server.configuration("DISABLE", server.port()));

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(catalog + "/**"), List.of());
        server.createDatabase(catalog);
        server.execute("create schema " + catalog + ".shop");
    }

    @AfterEach
    void close() {
        connection.close();
        server.dropDatabase(catalog);
    }

    @Test
    void columnsHaveTheirTypesAsTheClusterWritesThem() throws Exception {
        server.execute("create table " + catalog + """
                .shop.kinds (
                    flag boolean, tiny tinyint, small smallint, whole integer, big bigint, ratio real, exact double,
                    amount decimal(12,3), name varchar(40), body varchar, code char(3), raw varbinary, born date, at time(3),
                    seen timestamp(6), heard timestamp(3) with time zone, id uuid, more json, tags array(varchar),
                    place row(x double, y double), counts map(varchar, bigint), address ipaddress,
                    span interval day to second)
                """);

        connection.crawl();

        assertThat(columns("kinds", "c ->> 'name' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "flag boolean BOOLEAN",
                        "tiny tinyint INTEGER",
                        "small smallint INTEGER",
                        "whole integer INTEGER",
                        "big bigint INTEGER",
                        "ratio real FLOAT",
                        "exact double FLOAT",
                        "amount decimal(12,3) DECIMAL",
                        "name varchar(40) STRING",
                        "body varchar STRING",
                        "code char(3) STRING",
                        "raw varbinary BINARY",
                        "born date DATE",
                        "at time(3) TIME",
                        "seen timestamp(6) TIMESTAMP",
                        "heard timestamp(3) with time zone TIMESTAMP",
                        "id uuid UUID",
                        "more json JSON",
                        "tags array(varchar) ARRAY",
                        "place row(\"x\" double, \"y\" double) STRUCT",
                        "counts map(varchar, bigint) MAP",
                        "address ipaddress OTHER",
                        "span interval day to second INTERVAL");
    }

    @Test
    void commentsNullabilityAndDefinitionsAreRead() throws Exception {
        server.execute(
                "create table " + catalog + ".shop.orders (id integer not null comment 'the number', total double)"
                        + " comment 'all orders'",
                "create view " + catalog + ".shop.totals comment 'one number' as select sum(total) as total from "
                        + catalog + ".shop.orders");

        assertThat(connection.crawl().warnings()).isEmpty();

        assertThat(columns(
                        "orders",
                        "concat_ws(' ', c ->> 'ordinal', c ->> 'name', c ->> 'nullable', c ->> 'description')"))
                .containsExactly("1 id false the number", "2 total true");
        assertThat(value("description", "orders")).isEqualTo("all orders");
        assertThat(value("description", "totals")).isEqualTo("one number");
        assertThat(value("detail ->> 'viewDefinition'", "totals")).contains("sum(total)");
        assertThat(value("type", "orders")).isEqualTo("TABLE");
        assertThat(value("type", "totals")).isEqualTo("VIEW");
    }

    @Test
    void defaultsOfColumnsAreRead() throws Exception {
        server.execute("create table " + catalog
                + ".shop.fallbacks (none integer, number integer default 7, word varchar default 'it''s')");

        connection.crawl();

        assertThat(columns("fallbacks", "concat_ws('=', c ->> 'name', c ->> 'defaultValue')"))
                .containsExactly("none", "number=7", "word='it''s'");
    }

    @Test
    void aMaterializedViewIsOneWithItsDefinition() throws Exception {
        String other = catalog + "_kept";
        server.execute("create catalog " + other + " using mock");
        connection.settings = CatalogFixture.settings(List.of(other + "/**"), List.of());
        List<String> path = List.of(other, "kept", "stored");
        try {
            assertThat(connection.crawl().warnings()).isEmpty();
        } finally {
            server.dropDatabase(other);
        }
        assertThat(connection.valueAt("concat_ws(' ', type, normalized_type, remote_type, description)", path))
                .isEqualTo("MATERIALIZED_VIEW VIEW materialized view always one");
        assertThat(connection.valueAt("detail ->> 'viewDefinition'", path)).isEqualTo("SELECT 1 one");
        assertThat(connection.columns(path, "c ->> 'name' || ' ' || (c ->> 'remoteType')"))
                .containsExactly("one integer");
    }

    @Test
    void aCrawlAsksOnceForAllCatalogsAndThreeTimesForEach() throws Exception {
        server.execute("create table " + catalog + ".shop.orders (id integer)");
        server.createView(List.of(catalog, "shop", "all_orders"), "orders");
        Execution execution = connection.execution(TaskType.CRAWL, TaskInput.DEFAULT);

        connection.commit(connection.read(execution));

        assertThat(server.query("select count(*) from system.runtime.queries where \"user\" = '"
                                + TrinoSourceServer.USER + "' and source = 'connections "
                                + execution.run().runId() + "'")
                        .getFirst()
                        .path(0)
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void aViewWhoseTableIsGoneStays() throws Exception {
        server.execute("create table " + catalog + ".shop.orders (id integer)");
        server.createView(List.of(catalog, "shop", "all_orders"), "orders");
        connection.crawl();
        server.execute("drop table " + catalog + ".shop.orders");

        connection.crawl();

        assertThat(connection.list("name", "missing_since is null and normalized_type = 'VIEW'"))
                .containsExactly("all_orders");
        assertThat(connection.list("name", "missing_since is not null")).containsExactly("orders");
    }

    @Test
    void thePasswordIsSentOverVerifiedTlsAndNotOtherwise() throws Exception {
        try (SourceConnection verified = new SourceConnection(
                        Technology.TRINO, TrinoSource::new, server.configuration("VERIFY_FULL", server.httpsPort()));
                SourceConnection unverified = new SourceConnection(
                        Technology.TRINO, TrinoSource::new, server.configuration("REQUIRE", server.httpsPort()))) {
            assertThat(verified.validate())
                    .allSatisfy(finding -> assertThat(finding).isInstanceOf(Finding.Passed.class));
            TaskError error = unverified.failedCrawl();
            assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
            assertThat(error.message()).contains("VERIFY_CA or VERIFY_FULL");
            assertThat(unverified.failedValidation()).isEqualTo(error);
        }
    }

    @Test
    void withPreferNothingIsEncryptedAndAValidationSaysSo() throws Exception {
        try (SourceConnection preferring = new SourceConnection(
                Technology.TRINO, TrinoSource::new, server.configuration("PREFER", server.port()))) {
            assertThat(preferring.validate().getFirst())
                    .isInstanceOfSatisfying(
                            Finding.Warning.class,
                            warning -> assertThat(warning.message()).contains("nothing is encrypted"));
        }
    }

    @Test
    void aCatalogThatIsNotThereIsAWarning() throws Exception {
        var configuration = server.configuration("DISABLE", server.port()).put("database", "nowhere");
        try (SourceConnection elsewhere = new SourceConnection(Technology.TRINO, TrinoSource::new, configuration)) {
            assertThat(elsewhere.validate().getLast())
                    .isInstanceOfSatisfying(
                            Finding.Warning.class,
                            warning -> assertThat(warning.message()).contains("configured catalog"));
        }
    }

    private List<String> columns(String table, String expression) {
        return connection.columns(List.of(catalog, "shop", table), expression);
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, List.of(catalog, "shop", relation)));
    }
}
