package dev.connections.api.stream;

import dev.connections.loop.BackgroundDatabase;
import dev.connections.loop.Loop;
import java.time.Clock;
import java.time.Duration;
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

    @Bean
    StreamFeed streamFeed(
            OpenStreams streams, BackgroundDatabase database, StreamProperties properties, Clock clock) {
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
