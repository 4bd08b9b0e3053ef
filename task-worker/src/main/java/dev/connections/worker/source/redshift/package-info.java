/** Everything that knows Redshift as a source. */
@NullMarked
package dev.connections.worker.source.redshift;

import org.jspecify.annotations.NullMarked;
