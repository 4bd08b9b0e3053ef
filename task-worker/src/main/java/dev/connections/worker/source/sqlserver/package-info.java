/** Everything that knows SQL Server as a source: Microsoft's driver, the protocol beneath it (TDS), and the catalog views. */
@NullMarked
package dev.connections.worker.source.sqlserver;

import org.jspecify.annotations.NullMarked;
