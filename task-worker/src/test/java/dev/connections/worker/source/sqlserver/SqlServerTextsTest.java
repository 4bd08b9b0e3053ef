package dev.connections.worker.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of which relations comments, definitions and expressions are read, and what becomes of those that cannot be read. */
class SqlServerTextsTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final SqlServerSourceServer server = SqlServerSourceServer.shared();
    private final String database = "texts" + NUMBER.incrementAndGet();
    private final SourceConnection connection =
            new SourceConnection(server, SqlServerSourceServer.configuration(server.port(), database, "VERIFY_FULL"));

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(database + "/**"), List.of());
        server.createDatabase(database);
        server.createSchema(List.of(database, "shop"));
    }

    @AfterEach
    void close() {
        connection.close();
        server.dropDatabase(database);
    }

    @Test
    void aCommentOfTheGreatestLengthComesWhole() throws Exception {
        table("orders", "id");
        String longest = "c".repeat(7_499) + ".";
        change("insert into sys.extended_properties (major_id, value) values (" + id("orders") + ", '" + longest
                + "')");
        change("insert into sys.extended_properties (class, major_id, value) select 3, schema_id, '" + longest
                + "' from sys.schemas where name = 'shop'");

        connection.crawl();

        assertThat(value("description", "orders")).isEqualTo(longest);
        assertThat(connection.valueAt("description", List.of(database, "shop"))).isEqualTo(longest);
    }

    @Test
    void textsAreReadOnlyOfWhatTheFiltersCover() throws Exception {
        table("orders", "id");
        for (String view : List.of("a", "left_out", "z")) {
            server.createView(path(view), "orders");
        }
        server.createSchema(List.of(database, "attic"));
        server.createTable(List.of(database, "attic", "boxes"), List.of("id"));
        server.createView(List.of(database, "attic", "all_boxes"), "boxes");
        server.createView(path("last"), "orders");
        change(
                "insert into sys.extended_properties (major_id, value) select object_id, 'About ' || name from sys.objects");
        String one = String.valueOf(idOf("left_out"));

        connection.settings = CatalogFixture.settings(List.of(database + "/shop/**"), List.of());
        List<String> ofSchema = statementsOfACrawl();
        connection.settings = CatalogFixture.settings(List.of(database + "/shop/**"), List.of("**/left_out"));
        List<String> ofSome = statementsOfACrawl();

        String schemas = "o.schema_id in (5)";
        assertThat(ofSchema.getLast()).contains("sys.sql_modules", " between ", schemas);
        assertThat(ofSchema)
                .filteredOn(sql -> sql.contains("extended_properties") && sql.contains("minor_id, cast"))
                .singleElement()
                .asString()
                .contains(schemas);
        assertThat(ofSome.getLast())
                .contains("sys.sql_modules", "x.object_id in (")
                .doesNotContain(one, " between ");
        assertThat(ofSome).hasSameSizeAs(ofSchema);
        assertThat(connection.list("name", "detail ->> 'viewDefinition' is not null and path[2] = 'shop'"))
                .contains("a", "z", "last");
    }

    private List<String> statementsOfACrawl() throws Exception {
        server.server().takeStatements();
        connection.crawl();
        return server.server().takeStatements();
    }

    private String idOf(String relation) throws Exception {
        try (Connection session = server.databases().postgres().connect(database);
                Statement statement = session.createStatement();
                ResultSet row =
                        statement.executeQuery("select object_id from sys.objects where name = '" + relation + "'")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aDefinitionThatCannotBeReadStaysAsItWas() throws Exception {
        table("orders", "id");
        server.createView(path("good"), "orders");
        server.createView(path("secret"), "orders");
        connection.crawl();
        change("update sys.sql_modules set definition = null where object_id = " + id("secret"));

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertThat(value("detail ->> 'viewDefinition'", "secret"))
                .isEqualTo("CREATE VIEW secret AS SELECT * FROM orders");
        assertThat(result.warnings())
                .contains(
                        "the definitions or expressions of these could not be read, so what is known of them was kept; they"
                                + " are encrypted, being altered, or hidden from an account without VIEW DEFINITION: "
                                + database
                                + "/shop/secret");
    }

    @Test
    void aDefinitionThatSomebodyAltersIsLeftOutAndTheOthersAreRead() throws Exception {
        table("orders", "id");
        for (String view : List.of("first", "locked", "last")) {
            server.createView(path(view), "orders");
        }
        connection.crawl();
        change("update sys.sql_modules set definition = 'new'");
        change("create function sys.wait_for(id int) returns boolean stable language plpgsql as $$ begin" + " if id = "
                + id("locked") + " then raise 'locked' using errcode = '55P03'; end if; return true; end $$");
        change("alter table sys.sql_modules rename to modules;"
                + " create view sys.sql_modules as select object_id, case when sys.wait_for(object_id) then definition end"
                + " as definition from sys.modules");

        CrawlResult result = connection.crawl();

        assertThat(connection.list("name || ' ' || (detail ->> 'viewDefinition')", "type = 'VIEW'"))
                .containsExactlyInAnyOrder(
                        "first new", "last new", "locked CREATE VIEW locked AS SELECT * FROM orders");
        assertThat(result.warnings())
                .anySatisfy(warning -> assertThat(warning).endsWith(": " + database + "/shop/locked"));
    }

    private List<String> path(String relation) {
        return List.of(database, "shop", relation);
    }

    private String id(String relation) {
        return SqlServerSourceServer.id(path(relation));
    }

    private void table(String name, String... columns) {
        server.createTable(path(name), List.of(columns));
    }

    private void change(String sql) {
        server.databases().change(database, sql);
    }

    private @Nullable String value(String expression, String relation) {
        return connection.valueAt(expression, path(relation));
    }
}
