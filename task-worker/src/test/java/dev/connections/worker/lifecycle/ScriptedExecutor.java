package dev.connections.worker.lifecycle;

import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;

record ScriptedExecutor(TaskType type, Script script) implements TaskExecutor {
    @Override
    public Outcome execute(Execution execution) throws Exception {
        return script.play(execution);
    }
}
