package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class MariadbCrawlTest extends MysqlFamilyCrawlTest {
    private static final MysqlSourceServer SERVER = MysqlServers.mariadb();

    MariadbCrawlTest() {
        super(SERVER);
    }

    /** Spanish is one of the languages in which MariaDB says what is wrong with a view. */
    @Test
    void aBrokenViewIsKnownInWhateverLanguageTheServerSpeaks() throws Exception {
        assumeTrue(speaks("es_ES"), "the server has no messages in Spanish");
        SERVER.execute(
                "create database spoken",
                "create table spoken.orders (id int)",
                "create view spoken.every as select id from spoken.orders",
                "drop table spoken.orders",
                "set global lc_messages = 'es_ES'");
        try (SourceConnection connection = new SourceConnection(
                SERVER, SERVER.configurations(SERVER.port(), "spoken").getFirst())) {
            connection.settings = CatalogFixture.settings(List.of("spoken/**"), List.of());

            assertThat(connection.crawl().warnings())
                    .singleElement()
                    .asString()
                    .contains("spoken/every selects from what is gone");

            assertThat(connection.list("name", "normalized_type = 'VIEW'")).containsExactly("every");
        } finally {
            SERVER.execute("set global lc_messages = default", "drop database spoken");
        }
    }

    @Test
    void versionedTablesAreTablesAndSequencesAreNone() throws Exception {
        source("create table kept (id int) with system versioning");
        source("create sequence numbers");

        assertThat(fixture.crawl().warnings()).isEmpty();

        assertThat(fixture.list("concat_ws(' ', name, type, remote_type)", "cardinality(path) = 2"))
                .containsExactly("kept TABLE system versioned");
        assertThat(columns("kept", "c ->> 'name'")).containsExactly("id");
    }

    /** MySQL has none. */
    @Test
    void databasesHaveComments() throws Exception {
        source("alter database comment = 'all that is sold'");

        fixture.crawl();

        assertThat(fixture.list("description", "normalized_type = 'DATABASE'")).containsExactly("all that is sold");
    }

    private static boolean speaks(String language) throws SQLException {
        try (Connection connection = SERVER.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set lc_messages = '" + language + "'");
            statement.execute("select * from nowhere.nothing");
            return false;
        } catch (SQLException e) {
            return e.getErrorCode() == 1146 && !String.valueOf(e.getMessage()).contains("doesn't exist");
        }
    }
}
