package dev.connections.task;

import java.util.UUID;

/**
 * The value of a record on a command topic: it asks workers to look at this run. Everything else about the run is in
 * PostgreSQL, so a lost, repeated or late command does no harm.
 */
public record TaskCommand(UUID runId, UUID taskId, TaskType type) {}
