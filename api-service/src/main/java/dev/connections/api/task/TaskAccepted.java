package dev.connections.api.task;

import java.util.UUID;

/** The answer to an operation that created a task. */
public record TaskAccepted(UUID taskId) {}
