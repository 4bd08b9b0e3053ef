package dev.connections.task;

import dev.connections.connection.ConnectionState;
import java.time.Instant;
import java.util.UUID;

/** The outcome of a request to create a task. */
public sealed interface CreateOutcome {
    /**
     * The task was created; its command is in the outbox and should be offered to the relay after the commit.
     *
     * @param createdAt the task's createdAt, which is also its updatedAt
     */
    record Created(TaskCommand command, Instant createdAt) implements CreateOutcome {}

    /** The same work is already PENDING or RUNNING as this task. */
    record InFlight(UUID taskId) implements CreateOutcome {}

    /** The connection's state does not allow this. */
    record StateForbids(ConnectionState state) implements CreateOutcome {}

    /** There is no connection with this key. */
    record NoSuchConnection() implements CreateOutcome {}
}
