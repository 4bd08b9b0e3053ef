/** Tests of the package. */
@NullMarked
package dev.connections.worker.health;

import org.jspecify.annotations.NullMarked;
