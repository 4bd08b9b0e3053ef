/** Sources that behave, and sources that do not. */
@NullMarked
package dev.connections.worker.source;

import org.jspecify.annotations.NullMarked;
