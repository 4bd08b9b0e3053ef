package dev.connections.worker.deletion;

import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** Deletes an object with what is below it, or the whole connection; nothing changes at the source. */
@Component
final class DeleteExecutor implements TaskExecutor {
    private final DataSource dataSource;

    DeleteExecutor(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public TaskType type() {
        return TaskType.DELETE;
    }

    @Override
    public Outcome execute(Execution execution) throws SQLException {
        return new Outcome.Succeeded(DeletionEffect.open(dataSource, execution));
    }
}
