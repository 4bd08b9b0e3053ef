/** Everything that knows Oracle Database as a source. */
@NullMarked
package dev.connections.worker.source.oracle;

import org.jspecify.annotations.NullMarked;
