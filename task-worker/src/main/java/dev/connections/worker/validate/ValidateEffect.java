package dev.connections.worker.validate;

import dev.connections.task.TaskError;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.health.ConnectionHealthStore;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a validation says of its connection.
 *
 * @param scheduled whether it stood in for a scheduled crawl
 * @param error why the connection cannot be used; null if all checks passed
 */
record ValidateEffect(
        UUID connectionId,
        boolean scheduled,
        ValidateResult result,
        @Nullable TaskError error) implements Effect {
    @Override
    public Object apply(JdbcClient jdbc) {
        if (error == null) {
            ConnectionHealthStore.validated(jdbc, connectionId, scheduled);
        } else {
            ConnectionHealthStore.unhealthy(jdbc, connectionId, error);
        }
        return result;
    }
}
