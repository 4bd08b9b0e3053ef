package dev.connections.api.task;

import java.util.UUID;

/** The answer to an operation that became a task. */
public record TaskAccepted(UUID taskId) {}
