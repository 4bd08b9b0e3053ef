/** Tests of the package. */
@NullMarked
package dev.connections.worker.presence;

import org.jspecify.annotations.NullMarked;
