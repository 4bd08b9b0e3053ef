package dev.connections.api.task;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of the task endpoints.
 *
 * @param maxUnpublishedCommands with more commands than this waiting for Kafka, new tasks are refused
 */
@ConfigurationProperties("connections.api")
record TaskProperties(@DefaultValue("10000") int maxUnpublishedCommands) {}
