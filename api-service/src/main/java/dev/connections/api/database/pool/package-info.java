/** Distinguishes a busy connection pool from an unreachable database. */
@NullMarked
package dev.connections.api.database.pool;

import org.jspecify.annotations.NullMarked;
