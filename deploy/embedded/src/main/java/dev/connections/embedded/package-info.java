/**
 * A real PostgreSQL and a real Kafka broker for the tests, the benchmarks and the demo: without a container engine, or, for
 * tests that ask for it, in containers.
 */
@NullMarked
package dev.connections.embedded;

import org.jspecify.annotations.NullMarked;
