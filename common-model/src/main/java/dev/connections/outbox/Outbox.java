package dev.connections.outbox;

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

    /** The commit wrote a command, and an event with it. */
    public void committed(TaskCommand command) {
        commands.offer(command);
        events.ring();
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
