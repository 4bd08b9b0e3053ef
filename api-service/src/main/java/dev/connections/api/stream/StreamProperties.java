package dev.connections.api.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the task event streams.
 *
 * @param heartbeat a stream that is idle for this long receives a comment
 * @param lookEvery how often every open stream is checked for new events, independently of Kafka
 * @param perSubject how many streams the tokens of one subject may have open in this process
 */
@ConfigurationProperties("connections.stream")
record StreamProperties(
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("1s") Duration lookEvery,
        @DefaultValue("100") int perSubject) {}
