/** Measures this service in processes of its own and prints tables; it changes nothing that outlives it. */
@NullMarked
package dev.connections.benchmark;

import org.jspecify.annotations.NullMarked;
