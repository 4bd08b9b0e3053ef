/**
 * Tasks as streams of server-sent events, on every replica: the database has the events, Kafka signals when to read
 * them.
 */
@NullMarked
package dev.connections.api.stream;

import org.jspecify.annotations.NullMarked;
