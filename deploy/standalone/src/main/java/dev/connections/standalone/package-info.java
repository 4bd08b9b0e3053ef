/** The whole platform in one process, with its own PostgreSQL and Kafka, and a warehouse to try it on. */
@NullMarked
package dev.connections.standalone;

import org.jspecify.annotations.NullMarked;
