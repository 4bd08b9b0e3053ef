package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What a validation says that an account lacks, and that the statements which it shows give it that. */
abstract class MysqlFamilyPrivilegesTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final MysqlSourceServer server;
    private final String prefix = "grants" + NUMBER.incrementAndGet();
    private final String user = "granted" + NUMBER.get();
    private final String role = "role" + NUMBER.get();
    private final List<String> databases =
            List.of(prefix + "_x", prefix + "`y", prefix + "%z", prefix + "plain", prefix + "\\w", prefix + "\"q");
    private final SourceConnection connection;

    MysqlFamilyPrivilegesTest(MysqlSourceServer server) {
        this.server = server;
        ObjectNode configuration = server.configurations(server.port(), "").getFirst();
        configuration.withObject("/credential").put("username", user);
        this.connection = new SourceConnection(server, configuration);
        connection.settings = CatalogFixture.settings(List.of(prefix + "*/**"), List.of(prefix + "left_out"));
        server.execute("create user " + user + " identified by '" + MysqlSourceServer.SECRET + "'");
        for (String database : databases) {
            server.execute("create database " + quoted(database));
        }
    }

    @AfterEach
    void close() {
        connection.close();
        for (String database : databases) {
            server.execute("drop database " + quoted(database));
        }
        server.execute("drop user " + user);
    }

    @Test
    void theStatementsThatAValidationShowsGiveTheAccountWhatItLacks() throws Exception {
        for (String database : databases) {
            grant("references on " + pattern(database) + ".*");
        }
        assertThat(warning())
                .startsWith(
                        "the definitions of views stay hidden in 6 databases; to grant that:\nGRANT SELECT, SHOW VIEW ON `")
                .contains("`" + prefix + "\\_x`.* TO `" + user + "`@`%`;");

        runWhatIsShown();

        assertThat(warning()).isNull();
    }

    @Test
    void aDatabaseWhoseColumnsStayHiddenIsNamedAsSuch() throws Exception {
        grant("all on " + pattern(prefix + "plain") + ".*");
        grant("execute on " + pattern(prefix + "_x") + ".*");
        assertThat(warning())
                .isEqualTo(
                        "columns stay hidden, some or all of them, in 1 database; to grant that:\nGRANT SELECT, SHOW VIEW ON `"
                                + prefix + "\\_x`.* TO `" + user + "`@`%`;");
    }

    @Test
    void whatTheFiltersLeaveOutIsNotMissed() throws Exception {
        server.execute("create database " + prefix + "left_out");
        try {
            grant("select, show view on " + pattern(prefix + "plain") + ".*");
            grant("references on " + prefix + "left_out.*");
            assertThat(warning()).isNull();
        } finally {
            server.execute("drop database " + prefix + "left_out");
        }
    }

    @Test
    void whatAnActiveRoleBringsIsNotMissed() throws Exception {
        server.execute(
                "create role " + role,
                "grant show view on " + prefix + "plain.* to " + role,
                "grant select on " + prefix + "plain.* to " + user,
                "grant " + role + " to " + user);
        try {
            assertThat(warning()).contains("GRANT SHOW VIEW ON `" + prefix + "plain`.* TO `" + user + "`@`%`;");

            boolean isMariaDb = server.technology() == Technology.MARIADB;
            server.execute("set default role " + role + (isMariaDb ? " for " : " to ") + user);

            assertThat(warning()).isNull();
        } finally {
            server.execute("drop role " + role);
        }
    }

    private void grant(String grant) {
        server.execute("grant " + grant + " to " + user);
    }

    /** What the check of privileges warns of; null for nothing. */
    private @Nullable String warning() throws Exception {
        Finding finding = connection.validate().getLast();
        return finding instanceof Finding.Warning warning ? warning.message() : null;
    }

    private void runWhatIsShown() throws Exception {
        String[] statements = String.valueOf(warning())
                .lines()
                .skip(1)
                .map(line -> line.replaceAll(";$", ""))
                .toArray(String[]::new);
        assertThat(statements).isNotEmpty();
        server.execute(statements);
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** A name as a grant for this one database has it. */
    private static String pattern(String name) {
        return quoted(name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"));
    }
}
