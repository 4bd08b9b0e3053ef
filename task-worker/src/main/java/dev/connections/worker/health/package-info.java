/** What a worker's findings do to the state of a connection. */
@NullMarked
package dev.connections.worker.health;

import org.jspecify.annotations.NullMarked;
