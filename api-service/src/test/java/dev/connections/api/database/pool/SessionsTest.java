package dev.connections.api.database.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.loop.BackgroundDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What requests may take of the server, and what they leave to others. */
class SessionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CLIENTS = 24;
    private static final int REQUESTS = 4;
    private static final String SEARCH = "/api/connections/data/search";
    private static final String SESSIONS =
            "select count(*) from pg_stat_activity where application_name in ('connections api-service', 'connections background')";

    private final RunningApi api = RunningApi.get();

    @Test
    void requestsThatWaitForALockTakeNoMoreSessionsThanThePoolsHave() throws Exception {
        String path = api.newConnection();
        int most = poolSize() + BackgroundDatabase.SIZE;
        try (Connection watch = api.session();
                Connection other = api.session();
                Statement lock = other.createStatement();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            lock.execute("lock table connection in access exclusive mode");
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                asked.add(clients.submit(() -> {
                    for (int j = 0; j < REQUESTS; j++) {
                        api.get(path).isProblem(503);
                    }
                }));
            }
            while (!asked.stream().allMatch(Future::isDone)) {
                assertThat(count(watch, SESSIONS)).isLessThanOrEqualTo(most);
            }
            for (Future<?> each : asked) {
                each.get();
            }
            other.rollback();
        }
        api.get(path).is(200);
    }

    @Test
    void withoutAConnectionForRequestsTheLoopsGoOn() throws Exception {
        String path = api.newConnection();
        String key = path.substring(path.lastIndexOf('/') + 1);
        List<Connection> taken = new ArrayList<>();
        try (Connection session = api.session();
                Statement statement = session.createStatement()) {
            for (int i = 0; i < poolSize(); i++) {
                taken.add(api.bean(DataSource.class).getConnection());
            }
            statement.execute("""
                    update connection
                       set next_crawl_at = now(), settings = jsonb_set(settings, '{crawl,schedule}', '"PT1H"')
                     where connection_key = '%s'""".formatted(key));
            await().atMost(LIMIT)
                    .until(() -> count(session, "select count(*) from task where connection_key = '" + key + "'") == 1);
        } finally {
            for (Connection each : taken) {
                each.close();
            }
        }
    }

    @Test
    void whileLongWorkTakesAllItsPlacesOtherRequestsAreServed() throws Exception {
        String path = api.newConnection();
        LongWork work = api.bean(LongWork.class);
        String body = "{\"connection\": {\"connectionKey\": \"nobody\"}, \"dataObject\": {\"name\": \"none\"}}";
        int places = poolSize() / 4;
        CountDownLatch atWork = new CountDownLatch(places);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<CompletableFuture<?>> taken = new ArrayList<>();
        try {
            for (int i = 0; i < places; i++) {
                taken.add(CompletableFuture.runAsync(
                        () -> work.of(() -> {
                            atWork.countDown();
                            return waited(mayEnd);
                        }),
                        task -> Thread.ofVirtual().start(task)));
            }
            atWork.await();
            Answer search = api.post(SEARCH, body).isProblem(503);
            assertThat(Integer.parseInt(search.header("Retry-After"))).isPositive();
            assertThat(search.at("/detail")).contains("searches and dry runs");
            api.get(path).is(200);
        } finally {
            mayEnd.countDown();
        }
        taken.forEach(CompletableFuture::join);
        api.post(SEARCH, body).is(200);
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int poolSize() throws SQLException {
        return api.bean(DataSource.class).unwrap(HikariDataSource.class).getMaximumPoolSize();
    }

    private static long count(Connection session, String query) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
