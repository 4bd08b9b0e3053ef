/** The parts of a connection: technology, client configuration with its secrets, settings. */
@NullMarked
package dev.connections.connection;

import org.jspecify.annotations.NullMarked;
