package dev.connections.outbox;

import dev.connections.task.CreateOutcome;
import dev.connections.task.TaskCommand;
import java.util.List;

/** Called after a commit that wrote to the outboxes, so that the rows are published at once. */
public final class Outbox {
    private final CommandRelay commands;
    private final EventBell events;

    Outbox(CommandRelay commands, EventBell events) {
        this.commands = commands;
        this.events = events;
    }

    /** The commit created these tasks. Those in line have no command yet. */
    public void created(List<CreateOutcome.Created> tasks) {
        committed(tasks.stream()
                .filter(task -> !task.inLine())
                .map(CreateOutcome.Created::command)
                .toList());
    }

    /** The commit wrote these commands, and events with them. */
    public void committed(List<TaskCommand> more) {
        more.forEach(commands::offer);
        events.ring();
    }

    /** The commit wrote events only. */
    public void committed() {
        events.ring();
    }
}
