/** Tests of the package. */
@NullMarked
package dev.connections.worker.execution;

import org.jspecify.annotations.NullMarked;
