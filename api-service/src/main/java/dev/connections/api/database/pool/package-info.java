/** Tells a busy database pool from a database that is away. */
@NullMarked
package dev.connections.api.database.pool;

import org.jspecify.annotations.NullMarked;
