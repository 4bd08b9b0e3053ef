/** Trino clusters, by the protocol of their statements. Nothing but the source is for others. */
@NullMarked
package dev.connections.worker.source.trino;

import org.jspecify.annotations.NullMarked;
