/** Oracle's driver against scripted servers, and what is read of a stand-in for a database. */
@NullMarked
package dev.connections.worker.source.oracle;

import org.jspecify.annotations.NullMarked;
