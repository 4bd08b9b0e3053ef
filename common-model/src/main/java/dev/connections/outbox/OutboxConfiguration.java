package dev.connections.outbox;

import dev.connections.loop.BackgroundDatabase;
import dev.connections.loop.DedicatedSession;
import dev.connections.loop.Loop;
import dev.connections.loop.LoopConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;

/** The relays of a process, their database and their health; import it into an application that writes to the outboxes. */
@Configuration(proxyBeanMethods = false)
@Import(LoopConfiguration.class)
@EnableConfigurationProperties(KafkaSettings.class)
public class OutboxConfiguration {
    /** Relays stop after everything that can still write to the outboxes. */
    private static final int PHASE = 0;

    /** After this time another process takes over from a relay that was stopped; above the producer's delivery timeout. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(5);

    private static final Duration SETUP_RETRY = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(500);

    @Bean
    KafkaSetup kafkaSetup(KafkaAdmin admin, KafkaSettings settings, ObjectProvider<KafkaRights> more) {
        KafkaRights rights = more.stream().reduce(KafkaRights.ofRelays(), KafkaRights::and);
        return new KafkaSetup(admin, settings, rights);
    }

    /** Its name in a health group is {@code kafkaSetup}. */
    @Bean
    KafkaHealth kafkaSetupHealthIndicator(KafkaSetup setup) {
        return new KafkaHealth(setup);
    }

    /** So that a process says what is wrong with Kafka before anybody needs it. */
    @Bean
    Loop kafkaSetupLoop(KafkaSetup setup) {
        return new Loop(
                "kafka-setup",
                () -> {
                    setup.ensure();
                    return 0;
                },
                SETUP_RETRY,
                PHASE);
    }

    @Bean
    CommandRelay commandRelay(BackgroundDatabase database, KafkaTemplate<String, String> kafka, KafkaSetup setup) {
        return new CommandRelay(new CommandOutbox(database.jdbc()), kafka, setup);
    }

    /** After each round it also publishes the commands that are due: see the decision record of the outboxes. */
    @Bean
    EventRelay eventRelay(
            JdbcConnectionDetails details,
            KafkaTemplate<String, String> kafka,
            KafkaSetup setup,
            CommandRelay commands,
            MeterRegistry meters) {
        DedicatedSession session = new DedicatedSession(details, "connections event relay", IDLE_LIMIT);
        return new EventRelay(EventOutbox.STATUS, session, new EventSender(kafka, meters), setup, commands::publishDue);
    }

    @Bean
    EventRelay changeRelay(
            JdbcConnectionDetails details,
            KafkaTemplate<String, String> kafka,
            KafkaSetup setup,
            MeterRegistry meters) {
        DedicatedSession session = new DedicatedSession(details, "connections change relay", IDLE_LIMIT);
        return new EventRelay(EventOutbox.CHANGES, session, new EventSender(kafka, meters), setup, () -> {});
    }

    @Bean
    EventBell eventBell(BackgroundDatabase database) {
        return new EventBell(database.jdbc());
    }

    @Bean
    Outbox outbox(CommandRelay commands, EventBell events) {
        return new Outbox(commands, events);
    }

    @Bean
    Loop commandRelayLoop(CommandRelay relay) {
        return new Loop("command-relay", relay::runOnce, Duration.ofMillis(1), PHASE);
    }

    @Bean
    Loop eventRelayLoop(EventRelay eventRelay) {
        return relayLoop("event-relay", eventRelay);
    }

    @Bean
    Loop changeRelayLoop(EventRelay changeRelay) {
        return relayLoop("change-relay", changeRelay);
    }

    /** A round that published nothing has already waited for the bell; another pause would delay the next events. */
    private static Loop relayLoop(String name, EventRelay relay) {
        return new Loop(name, () -> Math.max(1, relay.runOnce()), RETRY, PHASE);
    }

    @Bean
    Loop eventBellLoop(EventBell bell) {
        return new Loop("event-bell", bell::runOnce, RETRY, PHASE);
    }
}
