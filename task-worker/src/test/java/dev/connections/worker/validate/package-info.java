/** Tests of the package. */
@NullMarked
package dev.connections.worker.validate;

import org.jspecify.annotations.NullMarked;
