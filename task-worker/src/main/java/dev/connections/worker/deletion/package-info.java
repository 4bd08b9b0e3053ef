/** Removes objects, or a whole connection, from the catalog. */
@NullMarked
package dev.connections.worker.deletion;

import org.jspecify.annotations.NullMarked;
