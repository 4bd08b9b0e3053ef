/** How a worker shows that it lives. */
@NullMarked
package dev.connections.worker.presence;

import org.jspecify.annotations.NullMarked;
