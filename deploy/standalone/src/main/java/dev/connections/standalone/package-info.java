/** This service in one process, with its own PostgreSQL and Kafka, and a demo warehouse to try it on. */
@NullMarked
package dev.connections.standalone;

import org.jspecify.annotations.NullMarked;
