/** Scheduled crawls. */
@NullMarked
package dev.connections.api.schedule;

import org.jspecify.annotations.NullMarked;
