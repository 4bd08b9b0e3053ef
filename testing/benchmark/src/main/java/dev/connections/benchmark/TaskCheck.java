package dev.connections.benchmark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether this service's database has in the end what the requests for tasks were answered. */
final class TaskCheck {
    private static final int AT_ONCE = 2_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final String FOUND = """
            select count(*) filter (where t.id is null) as missing,
                   count(*) filter (where t.in_flight or t.status <> 'SUCCEEDED' or e.ends <> 1) as not_ended,
                   count(*) filter (where e.first <> 1 or e.last <> t.last_sequence or e.events <> t.last_sequence) as gaps,
                   (select count(*) from command_outbox where task_id = any(:tasks))
                       + (select count(*) from status_outbox where tasks && :tasks) as unsent
              from unnest(:tasks) as asked (id)
              left join task t on t.id = asked.id
              left join lateral (
                    select count(*) as events, coalesce(min(sequence), 0) as first, max(sequence) as last,
                           count(*) filter (where payload ->> 'status' in ('SUCCEEDED', 'FAILED', 'CANCELED')) as ends
                      from task_event where task_id = asked.id) e on true
            """;

    private static final String VALIDATIONS = "select count(*) from task where type = 'VALIDATE'";

    private final JdbcClient jdbc;
    private final long before;

    /** Begins before the first request; every validation that comes later was asked for. */
    TaskCheck(DataSource database) {
        this.jdbc = JdbcClient.create(database);
        this.before = validations();
    }

    /**
     * What is wrong with some tasks.
     *
     * @param notEnded those that have not succeeded, or not once
     * @param gaps those whose events are not numbered from 1 on without a gap
     * @param unsent their commands and events that the relays have not forgotten
     */
    private record Found(long missing, long notEnded, long gaps, long unsent) {
        Found plus(Found other) {
            return new Found(
                    missing + other.missing, notEnded + other.notEnded, gaps + other.gaps, unsent + other.unsent);
        }

        boolean isNothing() {
            return equals(new Found(0, 0, 0, 0));
        }
    }

    /**
     * Prints the answers and what became of the tasks, which have some time for it.
     *
     * @throws IllegalStateException if a request or a task is not as it must be
     */
    void check(Answers answers, PrintStream out) throws InterruptedException {
        List<UUID> tasks = answers.tasks();
        Found found = new Found(0, 0, 0, 0);
        long until = System.nanoTime() + LIMIT.toNanos();
        for (int i = 0; i < tasks.size(); i += AT_ONCE) {
            found = found.plus(await(tasks.subList(i, Math.min(tasks.size(), i + AT_ONCE)), until));
        }
        long unknown = validations() - before - tasks.size();
        answers.print(out);
        new Table("Of these " + tasks.size() + " tasks in the database", "", "number")
                .row("are missing", Long.toString(found.missing()))
                .row("have not succeeded once", Long.toString(found.notEnded()))
                .row("have gaps in their events", Long.toString(found.gaps()))
                .row("commands and events in the outboxes", Long.toString(found.unsent()))
                .row("other tasks, without a 201", Long.toString(unknown))
                .print(out);
        List<String> faults = new ArrayList<>(answers.faults());
        if (!found.isNothing()) {
            faults.add(found.toString());
        }
        // A 503 may stand for a commit that was not confirmed.
        if (unknown > answers.number(Answers.Kind.UNAVAILABLE)) {
            faults.add(unknown + " tasks were created without an answer that says so");
        }
        if (!faults.isEmpty()) {
            throw new IllegalStateException("not as it must be: " + faults);
        }
    }

    private Found await(List<UUID> tasks, long until) throws InterruptedException {
        Found found = find(tasks);
        while (!found.isNothing() && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(200);
            found = find(tasks);
        }
        return found;
    }

    private Found find(List<UUID> tasks) {
        return jdbc.sql(FOUND)
                .param("tasks", tasks.toArray(UUID[]::new))
                .query(Found.class)
                .single();
    }

    private long validations() {
        return jdbc.sql(VALIDATIONS).query(Long.class).single();
    }
}
