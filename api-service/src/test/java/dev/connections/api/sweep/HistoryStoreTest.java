package dev.connections.api.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistoryStoreTest {
    private final RunningApi api = RunningApi.get();
    private final HistoryStore history = new HistoryStore(api.database(), Duration.ofDays(30));
    private final String path = api.newConnection();

    @Test
    void whatEndedLongAgoGoesWithItsRunsAndEvents() {
        String old = ended("31 days");
        String recent = ended("29 days");
        String pending = task();
        pending = age(pending, "90 days");
        removeAll();
        api.get(path + "/tasks/" + old).is(404);
        assertThat(rows("task_run", old) + rows("task_event", old)).isZero();
        api.get(path + "/tasks/" + recent + "/runs").is(200);
        assertThat(rows("task_event", recent)).isPositive();
        assertThat(api.get(path + "/tasks/" + pending).is(200).at("/status")).isEqualTo("PENDING");
    }

    @Test
    void eventsThatWerePutAsideAreKeptAsLong() {
        for (int days : new int[] {31, 29}) {
            api.database()
                    .sql("""
                            insert into dead_event (topic, key, event_id, event_type, occurred_at, payload, reason, put_aside_at)
                            values ('topic', 'key', :id, 'type', now(), '{}', 'too large', now() - make_interval(days => :days))
                            """)
                    .param("id", "put-aside-" + days)
                    .param("days", days)
                    .update();
        }

        history.removeEnded();

        assertThat(api.database()
                        .sql("select event_id from dead_event where event_id like 'put-aside-%'")
                        .query(String.class)
                        .list())
                .containsExactly("put-aside-29");
    }

    @Test
    void theHistoryOfADeletedConnectionIsReadableUntilThen() {
        String task = ended("29 days");
        api.database()
                .sql("delete from connection where connection_key = :key")
                .param("key", path.substring(path.lastIndexOf('/') + 1))
                .update();
        removeAll();
        assertThat(api.get(path + "/tasks/" + task).is(200).at("/status")).isEqualTo("CANCELED");
        task = age(task, "31 days");
        removeAll();
        api.get(path + "/tasks/" + task).is(404);
    }

    private void removeAll() {
        while (history.removeEnded() > 0) {}
    }

    private String task() {
        return api.post(path + "/tasks", "{\"type\": \"VALIDATE\"}").is(201).at("/id");
    }

    private String ended(String ago) {
        Answer task = api.post(path + "/tasks", "{\"type\": \"VALIDATE\"}").is(201);
        api.post(path + "/tasks/" + task.at("/id") + "/runs/" + task.at("/latestRunId") + "/cancel", null)
                .is(200);
        return age(task.at("/id"), ago);
    }

    /** As if it had been created and had changed last that long ago; returns its id, which has the time too. */
    private String age(String task, String ago) {
        return api.database()
                .sql("""
                        with made as (
                            select (lpad(to_hex((extract(epoch from now() - :ago::interval) * 1000)::bigint), 12, '0')
                                    || right(replace(:task, '-', ''), 20))::uuid as id
                        ), runs as (
                            update task_run r set task_id = made.id from made where task_id = :task::uuid
                        ), events as (
                            update task_event e set task_id = made.id from made where task_id = :task::uuid
                        )
                        update task t set id = made.id, updated_at = now() - :ago::interval
                          from made where t.id = :task::uuid
                        returning made.id::text
                        """)
                .param("ago", ago)
                .param("task", task)
                .query(String.class)
                .single();
    }

    private int rows(String table, String task) {
        return api.database()
                .sql("select count(*) from " + table + " where task_id = :task::uuid")
                .param("task", task)
                .query(Integer.class)
                .single();
    }
}
