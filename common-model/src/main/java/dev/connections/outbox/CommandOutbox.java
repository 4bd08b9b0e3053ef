package dev.connections.outbox;

import dev.connections.task.TaskCommand;
import dev.connections.task.TaskType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table command_outbox: commands that are not published yet. */
final class CommandOutbox {
    /** Skips rows that another relay has locked, and hides the taken rows until the retry time. */
    private static final String TAKE_DUE = """
            update command_outbox o
               set available_at = now() + :hidden::interval
              from (select run_id from command_outbox
                     where available_at <= now()
                     order by available_at limit :limit
                       for update skip locked) due
             where o.run_id = due.run_id
            returning o.run_id, o.task_id, o.type, o.version
            """;

    private static final String DELETE_SENT = """
            delete from command_outbox o
             using unnest(:runs::uuid[], :versions::int[]) as sent (run_id, version)
             where o.run_id = sent.run_id and o.version = sent.version
            """;

    private static final String RELEASE = """
            update command_outbox set available_at = now() + interval '1 second'
             where run_id = any(:runs) and available_at > now() + interval '1 second'
            """;

    private final JdbcClient jdbc;

    CommandOutbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A command and the version of its row. */
    record Entry(TaskCommand command, int version) {}

    /** Takes up to limit commands that are due; other relays do not see them for the given time. */
    List<Entry> takeDue(int limit, Duration hidden) {
        return jdbc.sql(TAKE_DUE)
                .param("hidden", hidden.toString())
                .param("limit", limit)
                .query((row, i) -> new Entry(
                        new TaskCommand(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                TaskType.valueOf(row.getString(3))),
                        row.getInt(4)))
                .list();
    }

    /** Deletes commands that Kafka has acknowledged, unless they were requested again meanwhile. */
    void deleteSent(List<Entry> sent) {
        jdbc.sql(DELETE_SENT)
                .param("runs", runIds(sent))
                .param("versions", sent.stream().map(Entry::version).toArray(Integer[]::new))
                .update();
    }

    /** Makes commands that Kafka did not accept due again in a second. */
    void release(List<Entry> unsent) {
        jdbc.sql(RELEASE).param("runs", runIds(unsent)).update();
    }

    private static UUID[] runIds(List<Entry> entries) {
        return entries.stream().map(entry -> entry.command().runId()).toArray(UUID[]::new);
    }
}
