/** Shuts a process down without errors for its clients. */
@NullMarked
package dev.connections.api.http.drain;

import org.jspecify.annotations.NullMarked;
