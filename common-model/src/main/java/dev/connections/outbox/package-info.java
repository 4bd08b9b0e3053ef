/** Publishes what transactions have left in the outboxes: commands to workers, events to everyone. */
@NullMarked
package dev.connections.outbox;

import org.jspecify.annotations.NullMarked;
