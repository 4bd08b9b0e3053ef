/** What tests, benchmarks and the demo do alike. */
@NullMarked
package dev.connections.lab;

import org.jspecify.annotations.NullMarked;
