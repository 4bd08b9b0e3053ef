package dev.connections.api.stream;

import dev.connections.loop.BackgroundDatabase;
import dev.connections.loop.Loop;
import dev.connections.outbox.KafkaRights;
import dev.connections.task.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The loops behind the streams: three threads, however many streams are open. */
@Configuration(proxyBeanMethods = false)
class StreamConfiguration {
    private static final int PHASE = 100;
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final int BEATS_PER_HEARTBEAT = 15;

    /** Every process reads the events for its streams. */
    @Bean
    KafkaRights streamRights() {
        return new KafkaRights(Set.of(Topics.TASK_STATUS), Set.of());
    }

    @Bean
    StreamFeed streamFeed(OpenStreams streams, BackgroundDatabase database, StreamProperties properties, Clock clock) {
        return new StreamFeed(streams, new TaskEventStore(database.jdbc()), properties, clock);
    }

    @Bean
    TaskNews taskNews(StreamFeed feed, KafkaProperties properties, KafkaConnectionDetails details) {
        return new TaskNews(feed, properties, details);
    }

    @Bean
    Loop streamFeedLoop(StreamFeed feed) {
        return new Loop("stream-feed", feed::runOnce, RETRY, PHASE);
    }

    @Bean
    Loop streamHeartbeatLoop(StreamFeed feed, StreamProperties properties) {
        Duration pause = properties.heartbeat().dividedBy(BEATS_PER_HEARTBEAT);
        return new Loop("stream-heartbeat", feed::beat, pause, PHASE);
    }

    @Bean
    Loop taskNewsLoop(TaskNews news) {
        return new Loop("task-news", news::runOnce, RETRY, PHASE);
    }
}
