/** The sweep: recovers runs of lost workers and commands that were not relayed or claimed, and removes old history. */
@NullMarked
package dev.connections.api.sweep;

import org.jspecify.annotations.NullMarked;
