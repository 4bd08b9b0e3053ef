/** Everything that knows BigQuery as a source. */
@NullMarked
package dev.connections.worker.source.bigquery;

import org.jspecify.annotations.NullMarked;
