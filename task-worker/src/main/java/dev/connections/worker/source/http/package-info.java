/** Talks HTTP to the sources that have no driver here: each byte passes a guarded socket, and nothing leads elsewhere. */
@NullMarked
package dev.connections.worker.source.http;

import org.jspecify.annotations.NullMarked;
