/** Runs background services: each does one round of work, a loop owns thread, pause and stop. */
@NullMarked
package dev.connections.loop;

import org.jspecify.annotations.NullMarked;
