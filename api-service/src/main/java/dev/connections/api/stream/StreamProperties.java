package dev.connections.api.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How tasks are streamed.
 *
 * @param heartbeat a stream that is silent for so long gets a comment
 * @param lookEvery how often the events of every open stream are looked for, whatever Kafka says
 */
@ConfigurationProperties("connections.stream")
record StreamProperties(
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("1s") Duration lookEvery) {}
