package dev.connections.worker.execution;

import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.ConnectionSettings.NewObjectActivation;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import dev.connections.task.ClaimedRun;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.util.List;
import java.util.UUID;

/** Executions whose source is not looked at. */
public final class Executions {
    private Executions() {}

    /** A crawl of the run, at its first attempt. */
    public static Execution of(UUID run, int epoch) {
        ClaimedRun.Target target = new ClaimedRun.Target(
                Ids.next(),
                "key",
                Technology.POSTGRESQL,
                Json.object(),
                new ConnectionSettings(
                        new ConnectionSettings.Crawl(null, List.of("**"), List.of(), null),
                        NewObjectActivation.ENABLED));
        ClaimedRun claimed = new ClaimedRun(
                run, Ids.next(), epoch, 1, TaskType.CRAWL, TaskTrigger.MANUAL, TaskInput.DEFAULT, target);
        return new Execution(claimed, target, new SecretSealer(SecretSealer.newKeyset()), Limits.DEFAULT);
    }
}
