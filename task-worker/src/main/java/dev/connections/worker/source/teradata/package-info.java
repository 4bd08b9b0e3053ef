/** Everything that knows Teradata as a source, by a driver that the operator has to install. */
@NullMarked
package dev.connections.worker.source.teradata;

import org.jspecify.annotations.NullMarked;
