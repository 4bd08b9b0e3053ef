/** A real PostgreSQL and a real Kafka broker without a container engine: for the tests, the benchmarks and the demo. */
@NullMarked
package dev.connections.embedded;

import org.jspecify.annotations.NullMarked;
