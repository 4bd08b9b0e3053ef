package dev.connections.worker.validate;

import dev.connections.task.TaskError;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceProbe;
import dev.connections.worker.source.Sources;
import dev.connections.worker.validate.ValidateResult.Name;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Validates a connection in four checks: network path, TLS, login, privileges. */
@Component
final class ValidateExecutor implements TaskExecutor {
    private final Sources sources;

    ValidateExecutor(Sources sources) {
        this.sources = sources;
    }

    @Override
    public TaskType type() {
        return TaskType.VALIDATE;
    }

    @Override
    public Outcome execute(Execution execution) throws Exception {
        CheckList checks = new CheckList();
        try (SourceProbe probe = sources.probe(execution)) {
            for (Name name : Name.values()) {
                execution.progress(name.name(), 0, null);
                checks.check(name, () -> check(probe, name));
                execution.checkNotStopped();
            }
        }
        return outcome(execution, checks.result(), checks.error());
    }

    private static Finding check(SourceProbe probe, Name name) throws Exception {
        return switch (name) {
            case NETWORK -> probe.checkNetwork();
            case TLS -> probe.checkTls();
            case AUTHENTICATION -> probe.checkAuthentication();
            case PRIVILEGES -> probe.checkPrivileges();
        };
    }

    private static Outcome outcome(Execution execution, ValidateResult result, @Nullable TaskError error) {
        boolean scheduled = execution.run().trigger() == TaskTrigger.SCHEDULED;
        ValidateEffect effect = new ValidateEffect(execution.target().connectionId(), scheduled, result, error);
        return error == null ? new Outcome.Succeeded(effect) : new Outcome.Failed(error, effect);
    }
}
