/** The end of a process without an error for its clients. */
@NullMarked
package dev.connections.api.http.drain;

import org.jspecify.annotations.NullMarked;
