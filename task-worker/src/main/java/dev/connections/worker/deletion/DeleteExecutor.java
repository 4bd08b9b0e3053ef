package dev.connections.worker.deletion;

import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;
import org.springframework.stereotype.Component;

/** Deletes an object with what is below it, or the whole connection; nothing changes on the platform. */
@Component
final class DeleteExecutor implements TaskExecutor {
    @Override
    public TaskType type() {
        return TaskType.DELETE;
    }

    @Override
    public Outcome execute(Execution execution) {
        return new Outcome.Succeeded(jdbc -> new Deletion(jdbc, execution).delete());
    }
}
