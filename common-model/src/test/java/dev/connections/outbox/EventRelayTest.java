package dev.connections.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.json.Json;
import dev.connections.loop.DedicatedSession;
import dev.connections.task.ClaimedRun;
import dev.connections.task.TaskCommand;
import dev.connections.task.Topics;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.kafka.KafkaException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventRelayTest {
    private RelayPlatform platform;

    @BeforeAll
    void start() {
        platform = new RelayPlatform();
    }

    @AfterEach
    void everyConnectionIsBackInThePool() {
        platform.database.assertNoConnectionOut();
    }

    @AfterAll
    void stop() {
        platform.close();
    }

    @Test
    void anEventIsACloudEventInBinaryMode() {
        TaskCommand task = platform.database.create();
        publishAll("relay", task.taskId());
        ConsumerRecord<String, String> event =
                platform.arrived(task.taskId(), 1).getFirst();
        String payload = platform.database.payloads(task.taskId()).getFirst();
        Map<String, String> headers = new TreeMap<>();
        event.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(Instant.parse(headers.remove("ce_time")))
                .isEqualTo(Json.tree(payload).get("occurredAt").stringValue());
        assertThat(headers)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", task.taskId() + "/1",
                        "ce_source", "/connections",
                        "ce_type", "connections.task.status",
                        "ce_subject", task.taskId().toString(),
                        "content-type", "application/json"));
        assertThat(event.topic()).isEqualTo(Topics.TASK_STATUS);
        assertThat(event.value()).isEqualTo(payload);
    }

    @Test
    void eventsOfAProcessThatDiedAfterTheCommitArePublishedByAnother() {
        UUID task = liveThrough(3);
        publishAll("relay", task);
        assertThat(platform.sequences(task, 7)).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void eventsOfARelayThatDiedAfterTheSendArriveAgainInOrder() {
        UUID task = liveThrough(2);
        // It forgets each event of a key before it sends the next: only the last one can be left.
        platform.database.execute("create table sent as select * from event_outbox where key = ?", task.toString());
        publishAll("relay", task);
        platform.database.execute("""
                insert into event_outbox overriding system value
                select * from sent where event_id like '%/5'""");
        platform.database.execute("drop table sent");
        platform.database.claim(platform.database.latestRun(task), "worker");
        publishAll("relay", task);
        assertThat(platform.sequences(task, 7)).containsExactly(1, 2, 3, 4, 5, 5, 6);
    }

    @Test
    void commandsThatAreDueLeaveWithTheEvents() {
        TaskCommand task = platform.database.create();
        platform.letCommandBeDue(task.runId());
        publishAll("relay", task.taskId());
        assertThat(platform.arrived(task.runId(), 1)).hasSize(1);
        assertThat(platform.database.commands(task.runId())).isZero();
    }

    @Test
    void ofTwoRelaysOneLeadsAndTheOtherTakesOverWhenItsSessionEnds() throws Exception {
        try (EventRelay first = platform.eventRelay("first relay");
                EventRelay second = platform.eventRelay("second relay")) {
            first.runOnce();
            List<UUID> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                tasks.add(liveThrough(1));
            }
            assertThat(second.runOnce()).isZero();
            assertThat(first.runOnce()).isEqualTo(30);

            List<ClaimedRun> runs = tasks.stream()
                    .map(task -> platform.database.claim(platform.database.latestRun(task), "worker"))
                    .toList();
            platform.database.kill("first relay");
            assertThat(second.runOnce()).isEqualTo(10);

            runs.forEach(run -> platform.database.runs.succeed(run, Map.of()));
            assertThatThrownBy(first::runOnce).isInstanceOf(SQLException.class);
            assertThat(first.runOnce()).isZero();
            assertThat(second.runOnce()).isEqualTo(10);
            for (UUID task : tasks) {
                assertThat(platform.sequences(task, 5)).containsExactly(1, 2, 3, 4, 5);
            }
        }
    }

    @Test
    void aRelayThatLostItsSessionAndLeadsAgainHearsTheBell() throws Exception {
        DedicatedSession session = platform.database.session("ended relay");
        try (EventRelay relay = platform.eventRelay(session)) {
            relay.runOnce();
            assertThat(channels(session)).containsExactly(EventBell.CHANNEL);
            platform.database.kill("ended relay");
            assertThatThrownBy(relay::runOnce).isInstanceOf(SQLException.class);
            relay.runOnce();
            assertThat(channels(session)).containsExactly(EventBell.CHANNEL);
        }
    }

    @Test
    void whileKafkaIsAwayEventsStayInTheOutboxAndArriveInOrderWhenItIsBack() throws Exception {
        UUID task = liveThrough(1);
        try (EventRelay relay = platform.impatientEventRelay()) {
            platform.publishAll(relay, task);
            platform.assertArrivedGapless(task, 3);
            platform.database.claim(platform.database.latestRun(task), "worker");
            platform.kafka.stop();
            try {
                assertNothingLeaves(relay);
            } finally {
                platform.kafka.start();
            }
            platform.publishAll(relay, task);
            platform.assertArrivedGapless(task, 4);
        }
    }

    private static List<String> channels(DedicatedSession session) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet row = statement.executeQuery("select pg_listening_channels()")) {
            List<String> channels = new ArrayList<>();
            while (row.next()) {
                channels.add(row.getString(1));
            }
            return channels;
        }
    }

    private static void assertNothingLeaves(EventRelay relay) throws SQLException, InterruptedException {
        try {
            assertThat(relay.runOnce()).isZero();
        } catch (KafkaException e) {
            // The producer has lost its metadata as well; the loop tries again.
            assertThat(e).hasMessageContaining("Send failed");
        }
    }

    private void publishAll(String relayName, UUID task) {
        try (EventRelay relay = platform.eventRelay(relayName)) {
            platform.publishAll(relay, task);
        }
    }

    /** A task whose run was claimed and handed back so many times: two events each, after the first. */
    private UUID liveThrough(int claims) {
        TaskCommand task = platform.database.create();
        for (int i = 0; i < claims; i++) {
            ClaimedRun run = platform.database.claim(task.runId(), "worker");
            platform.database.runs.handBack(run);
        }
        return task.taskId();
    }
}
