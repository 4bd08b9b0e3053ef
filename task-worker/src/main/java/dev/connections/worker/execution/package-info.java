/** Executes claimed runs: the port that each task type implements, and the closed set of what comes of a run. */
@NullMarked
package dev.connections.worker.execution;

import org.jspecify.annotations.NullMarked;
