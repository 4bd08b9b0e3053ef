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
    void anOfferedCommandLeavesAtOnceAndIsForgotten() {
        CommandRelay relay = platform.commandRelay();
        for (TaskType type : TaskType.values()) {
            TaskCommand task = platform.database.create(platform.database.connection(), type);
            relay.offer(task);
            platform.publish(relay, task);
            ConsumerRecord<String, String> record =
                    platform.arrived(task.runId(), 1).getFirst();
            assertThat(record.topic()).isEqualTo(type.topic());
            assertThat(Json.read(record.value(), TaskCommand.class)).isEqualTo(task);
        }
    }

    @Test
    void aCommandWhoseProcessDiedAfterTheCommitIsPublishedByAnyOtherOnceItIsDue() throws InterruptedException {
        TaskCommand task = platform.database.create();
        CommandRelay other = platform.commandRelay();
        other.runOnce();
        assertThat(platform.database.commands(task.runId())).isEqualTo(1);
        platform.letCommandBeDue(task.runId());
        platform.publish(platform.commandRelay(), task);
        assertThat(platform.arrived(task.runId(), 1)).hasSize(1);
    }

    @Test
    void aCommandWhoseRelayDiedAfterTheSendIsPublishedAgain() throws InterruptedException {
        TaskCommand task = platform.database.create();
        platform.letCommandBeDue(task.runId());
        List<CommandOutbox.Entry> taken = new CommandOutbox(platform.database.jdbc).takeDue(10, Duration.ofSeconds(15));
        assertThat(taken).extracting(CommandOutbox.Entry::command).contains(task);
        // The relay that took it sends it and dies; another one finds it when the hidden time is over.
        platform.template()
                .send(task.type().topic(), task.runId().toString(), Json.write(task))
                .join();
        platform.letCommandBeDue(task.runId());
        platform.publish(platform.commandRelay(), task);
        assertThat(platform.arrived(task.runId(), 2)).hasSize(2);
    }

    @Test
    void aTakenCommandIsHiddenFromTheOtherRelays() {
        TaskCommand task = platform.database.create();
        platform.letCommandBeDue(task.runId());
        CommandOutbox outbox = new CommandOutbox(platform.database.jdbc);
        assertThat(outbox.takeDue(10, Duration.ofMinutes(1)))
                .extracting(CommandOutbox.Entry::command)
                .contains(task);
        assertThat(outbox.takeDue(10, Duration.ofMinutes(1)))
                .extracting(CommandOutbox.Entry::command)
                .doesNotContain(task);
    }

    @Test
    void aCommandAskedForAgainBetweenSendAndDeleteIsSentAgain() throws InterruptedException {
        TaskCommand task = platform.database.create();
        platform.letCommandBeDue(task.runId());
        CommandOutbox outbox = new CommandOutbox(platform.database.jdbc);
        List<CommandOutbox.Entry> sent = outbox.takeDue(10, Duration.ofMinutes(1));
        // A worker has claimed the run by the command and handed it back before the relay came to forget it.
        ClaimedRun run = platform.database.claim(task.runId(), "stopping");
        platform.database.runs.handBack(run);
        outbox.deleteSent(sent);
        assertThat(platform.database.commands(task.runId())).isEqualTo(1);
        platform.publish(platform.commandRelay(), task);
        assertThat(platform.arrived(task.runId(), 1)).hasSize(1);
    }

    @Test
    void whileKafkaIsAwayCommandsStayInTheOutboxAndLeaveWhenItIsBack() throws InterruptedException {
        TaskCommand offered = platform.database.create();
        TaskCommand found = platform.database.create();
        CommandRelay relay = platform.impatientCommandRelay();
        platform.kafka.stop();
        try {
            relay.offer(offered);
            platform.letCommandBeDue(found.runId());
            relay.runOnce();
            relay.runOnce();
            assertThat(platform.database.commands(offered.runId())).isEqualTo(1);
            assertThat(platform.database.commands(found.runId())).isEqualTo(1);
        } finally {
            platform.kafka.start();
        }
        for (TaskCommand task : List.of(offered, found)) {
            platform.letCommandBeDue(task.runId());
            platform.publish(relay, task);
            assertThat(platform.arrived(task.runId(), 1)).isNotEmpty();
        }
    }
}
