/** Publishes the rows that transactions wrote to the outboxes: commands for workers, events for all consumers. */
@NullMarked
package dev.connections.outbox;

import org.jspecify.annotations.NullMarked;
