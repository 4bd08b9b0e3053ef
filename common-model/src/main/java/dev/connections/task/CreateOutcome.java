package dev.connections.task;

import dev.connections.connection.ConnectionState;
import java.time.Instant;
import java.util.UUID;

/** The outcome of a request to create a task. */
public sealed interface CreateOutcome {
    /**
     * The task was created; its command is in the outbox and should be offered to the relay after the commit, unless its run
     * stands in line.
     *
     * @param createdAt the task's createdAt, which is also its updatedAt
     * @param inLine whether the connection has so many runs that this one waits for the end of another
     */
    record Created(TaskCommand command, Instant createdAt, boolean inLine) implements CreateOutcome {}

    /** The same work is already PENDING or RUNNING as this task. */
    record InFlight(UUID taskId) implements CreateOutcome {}

    /** The connection's state does not allow this. */
    record StateForbids(ConnectionState state) implements CreateOutcome {}

    /** There is no connection with this key. */
    record NoSuchConnection() implements CreateOutcome {}
}
