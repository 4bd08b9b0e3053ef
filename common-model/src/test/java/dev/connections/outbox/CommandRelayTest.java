package dev.connections.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import dev.connections.task.ClaimedRun;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskType;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandRelayTest {
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
    void anOfferedCommandLeavesAtOnceAndIsForgotten() {
        CommandRelay relay = fixture.commandRelay();
        for (TaskType type : TaskType.values()) {
            TaskCommand task = fixture.database.create(fixture.database.connection(), type);
            relay.offer(task);
            fixture.publish(relay, task);
            ConsumerRecord<String, String> record =
                    fixture.arrived(task.runId(), 1).getFirst();
            assertThat(record.topic()).isEqualTo(type.topic());
            assertThat(Json.read(record.value(), TaskCommand.class)).isEqualTo(task);
        }
    }

    @Test
    void aCommandWhoseProcessDiedAfterTheCommitIsPublishedByAnyOtherOnceItIsDue() throws InterruptedException {
        TaskCommand task = fixture.database.create();
        CommandRelay other = fixture.commandRelay();
        other.runOnce();
        assertThat(fixture.database.commands(task.runId())).isEqualTo(1);
        fixture.letCommandBeDue(task.runId());
        fixture.publish(fixture.commandRelay(), task);
        assertThat(fixture.arrived(task.runId(), 1)).hasSize(1);
    }

    @Test
    void aCommandWhoseRelayDiedAfterTheSendIsPublishedAgain() throws InterruptedException {
        TaskCommand task = fixture.database.create();
        fixture.letCommandBeDue(task.runId());
        List<CommandOutbox.Entry> taken = new CommandOutbox(fixture.database.jdbc).takeDue(10, Duration.ofSeconds(15));
        assertThat(taken).extracting(CommandOutbox.Entry::command).contains(task);
        // The relay that took it sends it and dies; another one finds it when the hidden time is over.
        fixture.template()
                .send(task.type().topic(), task.runId().toString(), Json.write(task))
                .join();
        fixture.letCommandBeDue(task.runId());
        fixture.publish(fixture.commandRelay(), task);
        assertThat(fixture.arrived(task.runId(), 2)).hasSize(2);
    }

    @Test
    void aTakenCommandIsHiddenFromTheOtherRelays() {
        TaskCommand task = fixture.database.create();
        fixture.letCommandBeDue(task.runId());
        CommandOutbox outbox = new CommandOutbox(fixture.database.jdbc);
        assertThat(outbox.takeDue(10, Duration.ofMinutes(1)))
                .extracting(CommandOutbox.Entry::command)
                .contains(task);
        assertThat(outbox.takeDue(10, Duration.ofMinutes(1)))
                .extracting(CommandOutbox.Entry::command)
                .doesNotContain(task);
    }

    @Test
    void aCommandAskedForAgainBetweenSendAndDeleteIsSentAgain() throws InterruptedException {
        TaskCommand task = fixture.database.create();
        fixture.letCommandBeDue(task.runId());
        CommandOutbox outbox = new CommandOutbox(fixture.database.jdbc);
        List<CommandOutbox.Entry> sent = outbox.takeDue(10, Duration.ofMinutes(1));
        // A worker has claimed the run by the command and handed it back before the relay came to forget it.
        ClaimedRun run = fixture.database.claim(task.runId(), "stopping");
        fixture.database.runs.handBack(run);
        outbox.deleteSent(sent);
        assertThat(fixture.database.commands(task.runId())).isEqualTo(1);
        fixture.publish(fixture.commandRelay(), task);
        assertThat(fixture.arrived(task.runId(), 1)).hasSize(1);
    }

    @Test
    void whileKafkaIsAwayCommandsStayInTheOutboxAndLeaveWhenItIsBack() throws InterruptedException {
        TaskCommand offered = fixture.database.create();
        TaskCommand found = fixture.database.create();
        CommandRelay relay = fixture.impatientCommandRelay();
        fixture.kafka.stop();
        try {
            relay.offer(offered);
            fixture.letCommandBeDue(found.runId());
            relay.runOnce();
            relay.runOnce();
            assertThat(fixture.database.commands(offered.runId())).isEqualTo(1);
            assertThat(fixture.database.commands(found.runId())).isEqualTo(1);
        } finally {
            fixture.kafka.start();
        }
        for (TaskCommand task : List.of(offered, found)) {
            fixture.letCommandBeDue(task.runId());
            fixture.publish(relay, task);
            assertThat(fixture.arrived(task.runId(), 1)).isNotEmpty();
        }
    }
}
