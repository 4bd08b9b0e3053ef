/** Connections over REST. */
@NullMarked
package dev.connections.api.connection;

import org.jspecify.annotations.NullMarked;
