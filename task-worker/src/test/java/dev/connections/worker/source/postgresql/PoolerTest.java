package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CrawlFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceProbe;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Behind a pooler in transaction mode the sessions of a crawl are those of others, who must not notice. */
class PoolerTest {
    private static final List<String> SETTINGS = List.of(
            "search_path",
            "statement_timeout",
            "lock_timeout",
            "application_name",
            "jit",
            "transaction_isolation",
            "idle_in_transaction_session_timeout",
            "extra_float_digits",
            "bytea_output",
            "default_transaction_read_only");

    private final CrawlFixture fixture = new CrawlFixture();
    private PgBouncer pooler;

    @BeforeEach
    void start() throws Exception {
        fixture.source(
                "create table orders (id int primary key, note text default 'none'); create view late as select id from orders");
        pooler = PgBouncer.before(fixture.port, "postgres");
    }

    @AfterEach
    void close() throws Exception {
        pooler.close();
        fixture.close();
    }

    @Test
    void nothingIsLeftBehindAndTheResultIsTheSame() throws Exception {
        List<String> before = settings();
        CrawlResult direct = fixture.crawl();
        fixture.port = pooler.port();

        CrawlResult pooled = fixture.crawl();

        assertThat(pooled.objects())
                .isEqualTo(new CrawlResult.Objects(
                        direct.objects().seen(), 0, 0, direct.objects().seen(), 0, 0));
        assertThat(pooled.warnings()).isEmpty();
        assertThat(settings()).isEqualTo(before);
    }

    @Test
    void aValidationLeavesNothingBehindEither() throws Exception {
        List<String> before = settings();
        fixture.port = pooler.port();
        try (SourceProbe probe =
                CrawlFixture.sources().probe(fixture.execution(TaskType.VALIDATE, TaskInput.DEFAULT))) {
            probe.checkNetwork();
            probe.checkTls();
            probe.checkAuthentication();
            assertThat(probe.checkPrivileges()).isInstanceOf(Finding.Passed.class);
        }
        assertThat(settings()).isEqualTo(before);
    }

    @Test
    void aBusyClientOfThePoolAndTwelveCrawlsDoNotDisturbEachOther() throws Exception {
        fixture.crawl();
        fixture.port = pooler.port();
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> client = background.submit(() -> statementsUntil(done));
            List<CrawlResult.Objects> results = new ArrayList<>();
            try {
                for (int i = 0; i < 12; i++) {
                    results.add(fixture.crawl().objects());
                }
            } finally {
                done.set(true);
            }
            assertThat(client.get()).isGreaterThan(12);
            assertThat(results).containsOnly(new CrawlResult.Objects(4, 0, 0, 4, 0, 0));
        }
    }

    /** Short transactions that rely on the ordinary search path; throws where one fails. */
    private int statementsUntil(AtomicBoolean done) throws SQLException {
        int statements = 0;
        try (Connection connection = client();
                Statement statement = connection.createStatement()) {
            while (!done.get()) {
                try (ResultSet row =
                        statement.executeQuery("select count(*), current_setting('statement_timeout') from orders")) {
                    row.next();
                    assertThat(row.getString(2)).isEqualTo("0");
                }
                statements++;
            }
        }
        return statements;
    }

    private List<String> settings() throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = client();
                Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                try (ResultSet row = statement.executeQuery("show " + setting)) {
                    row.next();
                    values.add(setting + " " + row.getString(1));
                }
            }
        }
        return values;
    }

    private Connection client() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + pooler.port() + "/" + fixture.database
                + "?user=app&prepareThreshold=0&assumeMinServerVersion=12&ApplicationName=app&sslmode=disable");
    }
}
