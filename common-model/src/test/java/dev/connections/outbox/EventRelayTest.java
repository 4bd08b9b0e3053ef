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
    private RelayFixture fixture;

    @BeforeAll
    void start() {
        fixture = new RelayFixture();
    }

    @AfterEach
    void everyConnectionIsBackInThePool() {
        fixture.database.assertNoConnectionOut();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void anEventIsACloudEventInBinaryMode() {
        TaskCommand task = fixture.database.create();
        publishAll("relay", task.taskId());
        ConsumerRecord<String, String> event = fixture.arrived(task.taskId(), 1).getFirst();
        String payload = fixture.database.payloads(task.taskId()).getFirst();
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
        assertThat(fixture.sequences(task, 7)).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void eventsOfARelayThatDiedAfterTheSendArriveAgainInOrder() {
        UUID task = liveThrough(2);
        // It forgets each event of a key before it sends the next: only the last one can be left.
        fixture.database.execute("create table sent as select * from status_outbox where tasks = array[?]", task);
        publishAll("relay", task);
        fixture.database.execute("""
                insert into status_outbox overriding system value
                select * from sent where sequences = array[5]""");
        fixture.database.execute("drop table sent");
        fixture.database.claim(fixture.database.latestRun(task), "worker");
        publishAll("relay", task);
        assertThat(fixture.sequences(task, 7)).containsExactly(1, 2, 3, 4, 5, 5, 6);
    }

    @Test
    void commandsThatAreDueLeaveWithTheEvents() {
        TaskCommand task = fixture.database.create();
        fixture.letCommandBeDue(task.runId());
        publishAll("relay", task.taskId());
        assertThat(fixture.arrived(task.runId(), 1)).hasSize(1);
        assertThat(fixture.database.commands(task.runId())).isZero();
    }

    @Test
    void ofTwoRelaysOneLeadsAndTheOtherTakesOverWhenItsSessionEnds() throws Exception {
        try (EventRelay first = fixture.eventRelay("first relay");
                EventRelay second = fixture.eventRelay("second relay")) {
            first.runOnce();
            List<UUID> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                tasks.add(liveThrough(1));
            }
            assertThat(second.runOnce()).isZero();
            assertThat(first.runOnce()).isEqualTo(30);

            List<ClaimedRun> runs = tasks.stream()
                    .map(task -> fixture.database.claim(fixture.database.latestRun(task), "worker"))
                    .toList();
            fixture.database.kill("first relay");
            assertThat(second.runOnce()).isEqualTo(10);

            runs.forEach(run -> fixture.database.runs.succeed(run, Map.of()));
            assertThatThrownBy(first::runOnce).isInstanceOf(SQLException.class);
            assertThat(first.runOnce()).isZero();
            assertThat(second.runOnce()).isEqualTo(10);
            for (UUID task : tasks) {
                assertThat(fixture.sequences(task, 5)).containsExactly(1, 2, 3, 4, 5);
            }
        }
    }

    @Test
    void aRelayThatLostItsSessionAndLeadsAgainHearsTheBell() throws Exception {
        DedicatedSession session = fixture.database.session("ended relay");
        try (EventRelay relay = fixture.eventRelay(session)) {
            relay.runOnce();
            assertThat(channels(session)).containsExactly(EventBell.CHANNEL);
            fixture.database.kill("ended relay");
            assertThatThrownBy(relay::runOnce).isInstanceOf(SQLException.class);
            relay.runOnce();
            assertThat(channels(session)).containsExactly(EventBell.CHANNEL);
        }
    }

    @Test
    void whileKafkaIsAwayEventsStayInTheOutboxAndArriveInOrderWhenItIsBack() throws Exception {
        UUID task = liveThrough(1);
        try (EventRelay relay = fixture.impatientEventRelay()) {
            fixture.publishAll(relay, task);
            fixture.assertArrivedGapless(task, 3);
            fixture.database.claim(fixture.database.latestRun(task), "worker");
            fixture.kafka.stop();
            try {
                assertNothingLeaves(relay);
            } finally {
                fixture.kafka.start();
            }
            fixture.publishAll(relay, task);
            fixture.assertArrivedGapless(task, 4);
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
        try (EventRelay relay = fixture.eventRelay(relayName)) {
            fixture.publishAll(relay, task);
        }
    }

    /** A task whose run was claimed and handed back so many times: two events each, after the first. */
    private UUID liveThrough(int claims) {
        TaskCommand task = fixture.database.create();
        for (int i = 0; i < claims; i++) {
            ClaimedRun run = fixture.database.claim(task.runId(), "worker");
            fixture.database.runs.handBack(run);
        }
        return task.taskId();
    }
}
