/** Crawls at the times that connections ask for. */
@NullMarked
package dev.connections.api.schedule;

import org.jspecify.annotations.NullMarked;
