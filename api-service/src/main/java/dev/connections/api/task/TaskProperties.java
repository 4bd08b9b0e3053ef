package dev.connections.api.task;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of the task endpoints.
 *
 * @param maxUnpublishedCommands new tasks are refused while more commands than this are waiting for Kafka
 */
@ConfigurationProperties("connections.api")
record TaskProperties(@DefaultValue("10000") int maxUnpublishedCommands) {}
