/**
 * What every technology with a JDBC driver shares: sessions that end with the run, the checks of a login, grouped rows, and
 * a login for each database.
 */
@NullMarked
package dev.connections.worker.source.jdbc;

import org.jspecify.annotations.NullMarked;
