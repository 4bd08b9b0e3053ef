/** What a connection is made of: technology, client configuration with its secrets, settings. */
@NullMarked
package dev.connections.connection;

import org.jspecify.annotations.NullMarked;
