/** The task worker: takes commands from Kafka, executes runs, and writes what came of them to PostgreSQL. */
@NullMarked
package dev.connections.worker;

import org.jspecify.annotations.NullMarked;
