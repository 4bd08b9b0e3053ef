package dev.connections.worker.execution;

import dev.connections.task.TaskError;

/** What an executor's work came to. */
public sealed interface Outcome {
    /** What the run changes in this service's database, and its result. */
    Effect effect();

    /** The work is done; the effect and SUCCEEDED are committed together. */
    record Succeeded(Effect effect) implements Outcome {}

    /**
     * The effect creates child tasks that go on with the work. The run waits for them without a worker and ends with the
     * last of them; where none was created, it has succeeded.
     */
    record Split(Effect effect) implements Outcome {}

    /** The work found an error that is an answer (a failed validation); the effect and FAILED are committed together. */
    record Failed(TaskError error, Effect effect) implements Outcome {}
}
