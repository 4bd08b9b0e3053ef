/** Runs background services: a service does one round of work; its loop owns thread, pause and stop. */
@NullMarked
package dev.connections.loop;

import org.jspecify.annotations.NullMarked;
