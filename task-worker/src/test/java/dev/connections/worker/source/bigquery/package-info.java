@NullMarked
package dev.connections.worker.source.bigquery;

import org.jspecify.annotations.NullMarked;
