package dev.connections.worker.lifecycle;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;

/** What a scripted executor does with a run. */
@FunctionalInterface
interface Script {
    Outcome play(Execution execution) throws Exception;
}
