package dev.connections.api.stream;

import java.util.UUID;

/**
 * How far a stream has progressed.
 *
 * @param sequence of the last event that the client has; 0 for none
 */
record Position(UUID taskId, int sequence) {}
