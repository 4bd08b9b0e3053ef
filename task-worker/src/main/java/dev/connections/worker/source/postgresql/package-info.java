/** Everything that knows PostgreSQL as a source. */
@NullMarked
package dev.connections.worker.source.postgresql;

import org.jspecify.annotations.NullMarked;
