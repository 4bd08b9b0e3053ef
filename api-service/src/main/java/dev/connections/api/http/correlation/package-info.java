/** The id that links an answer to the log lines of its request. */
@NullMarked
package dev.connections.api.http.correlation;

import org.jspecify.annotations.NullMarked;
