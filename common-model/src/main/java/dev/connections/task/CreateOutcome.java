package dev.connections.task;

import dev.connections.connection.ConnectionState;
import java.time.Instant;
import java.util.UUID;

/** What became of a request for a task. */
public sealed interface CreateOutcome {
    /**
     * The task is there; its command waits in the outbox and should be offered to the relay after the commit.
     *
     * @param createdAt the task's createdAt, and its updatedAt too
     */
    record Created(TaskCommand command, Instant createdAt) implements CreateOutcome {}

    /** The same work is PENDING or RUNNING already, as this task. */
    record InFlight(UUID taskId) implements CreateOutcome {}

    /** The connection's state does not allow this. */
    record StateForbids(ConnectionState state) implements CreateOutcome {}

    /** There is no connection of this key. */
    record NoSuchConnection() implements CreateOutcome {}
}
