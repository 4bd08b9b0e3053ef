package dev.connections.api.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A database that hangs keeps its connections, and does what it was sent when it goes on. */
class FrozenDatabaseTest {
    private static final String SESSIONS = """
            select pid from pg_stat_activity
             where application_name = 'connections api-service' and pid <> pg_backend_pid()
            """;
    private static final String STILL_THERE =
            "select count(*) from pg_stat_activity where pid = any(string_to_array(:pids, ',')::int[])";

    private static final String WAITING =
            SESSIONS + " and wait_event_type = 'Lock' and query like '%insert into task %'";

    private final RunningApi api = RunningApi.get();

    @Test
    void aRequestToAFrozenDatabaseIsRefusedSoonAndNotAppliedWhenItResumes() throws Exception {
        List<String> paths = Stream.generate(api::newConnection).limit(8).toList();
        String host = api.get(paths.getFirst()).at("/clientConfiguration/host");
        // At once, so that the pool has used as many connections a moment ago, and takes them for good.
        atOnce(paths, path -> api.get(path + "/tasks").is(200));
        String sessions = sessions(SESSIONS);
        List<Answer> answers;
        Answer patched;
        Duration took;
        api.postgres().freeze();
        try {
            long begin = System.nanoTime();
            answers = atOnce(paths, path -> api.post(path + "/tasks", "{\"type\": \"CRAWL\"}"));
            patched = api.patch(paths.getFirst(), "{\"clientConfiguration\": {\"database\": \"other\"}}");
            took = Duration.ofNanos(System.nanoTime() - begin);
        } finally {
            api.postgres().thaw();
        }
        answers.forEach(answer -> assertThat(Integer.parseInt(answer.is(503).header("Retry-After")))
                .isPositive());
        assertThat(answers)
                .extracting(answer -> answer.at("/detail"))
                .allMatch(detail -> detail.contains("Nothing was changed"));
        patched.isProblem(503);
        // Each is to take two seconds at most; the machine may be busy.
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        // A session ends when it has done what it was sent, and finds no client.
        // Requests that come together share one, and the change had another.
        await().atMost(Duration.ofSeconds(30)).until(() -> stillThere(sessions) <= sessions.split(",").length - 2);
        for (String path : paths) {
            assertThat(api.get(path + "/tasks").is(200).json().path("data")).isEmpty();
        }
        assertThat(api.get(paths.getFirst()).at("/clientConfiguration/host")).isEqualTo(host);
        api.post(paths.getFirst() + "/tasks", "{\"type\": \"CRAWL\"}").is(201);
    }

    @Test
    void aChangeThatWaitsTooLongForALockIsNotAppliedAndLeavesNoSessionBehind() throws Exception {
        String path = api.newConnection();
        try (Connection other = api.postgres().connect("connections");
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table task in exclusive mode");
            Answer answer = api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(503);
            assertThat(answer.at("/detail")).contains("Nothing was changed");
            // The server has ended the statement before the client gave up on it.
            assertThat(sessions(WAITING)).isEmpty();
            other.commit();
        }
        assertThat(api.get(path + "/tasks").is(200).json().path("data")).isEmpty();
        api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(201);
    }

    @Test
    void anUnansweredCommitIsReportedAsUnknownAndNotAsUndone() throws Exception {
        String path = api.newConnection();
        // What the commit waits for comes after its client has gone. The server would notice that sooner or later, or
        // end the
        // wait, and roll back: this session is told to do neither, so that it is certain what is in the end.
        api.postgres().execute("connections", """
                create function hang() returns trigger language plpgsql as $$
                begin
                    if new.connection_key = '%s' then
                        perform set_config('client_connection_check_interval', '0', true),
                                set_config('lock_timeout', '0', true);
                        perform pg_advisory_xact_lock(hashtext('hang'));
                    end if;
                    return null;
                end $$;
                create constraint trigger hang after insert on task deferrable initially deferred
                    for each row execute function hang();
                """.formatted(path.substring(path.lastIndexOf('/') + 1)));
        try {
            try (Connection other = api.postgres().connect("connections");
                    Statement statement = other.createStatement()) {
                statement.execute("select pg_advisory_lock(hashtext('hang'))");
                Answer answer =
                        api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(503);
                assertThat(answer.at("/detail"))
                        .contains("may or may not be applied")
                        .doesNotContain("Nothing");
                assertThat(api.get(path + "/tasks").is(200).json().path("data")).isEmpty();
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !api.get(path + "/tasks")
                            .is(200)
                            .json()
                            .path("data")
                            .isEmpty());
        } finally {
            api.postgres().execute("connections", "drop trigger hang on task; drop function hang()");
        }
    }

    private String sessions(String query) {
        return String.join(",", api.database().sql(query).query(String.class).list());
    }

    private int stillThere(String sessions) {
        return api.database()
                .sql(STILL_THERE)
                .param("pids", sessions)
                .query(Integer.class)
                .single();
    }

    private static List<Answer> atOnce(List<String> paths, Function<String, Answer> request) throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> asked = new ArrayList<>();
            paths.forEach(path -> asked.add(threads.submit(() -> request.apply(path))));
            for (Future<Answer> answer : asked) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
