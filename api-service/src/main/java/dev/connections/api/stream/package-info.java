/** Tasks as streams of server-sent events, on every replica alike: the database has the events, Kafka says when to look. */
@NullMarked
package dev.connections.api.stream;

import org.jspecify.annotations.NullMarked;
