/** Everything that knows Databricks as a source. */
@NullMarked
package dev.connections.worker.source.databricks;

import org.jspecify.annotations.NullMarked;
