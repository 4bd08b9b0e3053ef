/** Runs this service as processes of its own, under load and faults, and records what is seen of it. */
@NullMarked
package dev.connections.faults;

import org.jspecify.annotations.NullMarked;
