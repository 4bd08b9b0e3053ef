package dev.connections.task;

import dev.connections.connection.ConnectionState;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Creates tasks and cancels their runs. Works inside the caller's transaction, if there is one. */
public final class TaskStore {
    /**
     * Whether a new crawl stands in line, without a command: its connection has many runs already, and the commands of others would
     * wait behind its own. An end of one of its runs sends the command of the first in line; {@link RunSweep} does where none can
     * end. Of validations a connection has one at most.
     */
    private static final String IN_LINE = """
            created.type = 'CRAWL' and {place} > 32 - (select count(*) from (select from task t
                where t.connection_id = created.connection_id and t.in_flight limit 32) open)""";

    /**
     * The index task_in_flight decides, not this statement: of two concurrent inserts, one succeeds and the other does
     * nothing.
     */
    private static final String CREATE = """
            with allowed as (
                select id, connection_key from connection
                 where connection_key = :key and state = any(:states)
                   for share
            ), created as (
                insert into task (id, connection_id, connection_key, type, input, status, trigger, created_by,
                                  parent_task_id, latest_run_id)
                select :task, id, connection_key, :type, :input::jsonb, 'PENDING', :trigger, :actor, :parent, :run
                  from allowed
                on conflict (connection_id, type, input) where in_flight do nothing
                returning id, connection_id, type
            )
            insert into task_run (id, task_id, connection_id, type, attempt, status, limited_since)
            select :run, id, connection_id, type, 1, 'PENDING', case when {in line} then now() end from created
            returning created_at, limited_since is not null
            """.replace("{in line}", IN_LINE.replace("{place}", "1"));

    /**
     * Like {@link #CREATE} for several tasks, but waits for nobody who holds a connection: its task is left out. The order is
     * that of task_in_flight, so that two processes that create the same tasks at once wait for each other in one order.
     */
    private static final String CREATE_ALL =
            """
            with asked as (
                select * from unnest(:keys::text[], :states::text[], :tasks::uuid[], :runs::uuid[], :types::text[],
                                     :inputs::text[], :triggers::text[], :actors::text[], :parents::uuid[])
                           as a (key, states, task, run, type, input, trigger, actor, parent)
            ), held as materialized (
                select id, connection_key, state from connection where connection_key = any(:keys)
                   for share skip locked
            ), created as (
                insert into task (id, connection_id, connection_key, type, input, status, trigger, created_by,
                                  parent_task_id, latest_run_id)
                select a.task, c.id, c.connection_key, a.type, a.input::jsonb, 'PENDING', a.trigger, a.actor, a.parent, a.run
                  from asked a join held c on c.connection_key = a.key and c.state = any(string_to_array(a.states, ','))
                 order by c.id, a.type, a.input::jsonb
                on conflict (connection_id, type, input) where in_flight do nothing
                returning id, connection_id, type, latest_run_id
            )
            insert into task_run (id, task_id, connection_id, type, attempt, status, limited_since)
            select latest_run_id, id, connection_id, type, 1, 'PENDING', case when {in line} then now() end from created
            returning task_id, created_at, limited_since is not null
            """.replace("{in line}", IN_LINE.replace("{place}", "row_number() over (partition by connection_id)"));

    private static final String BEGIN_DELETION = """
            update connection
               set state = 'DELETING', state_reason = null, next_crawl_at = null, version = version + 1,
                   updated_at = now(), updated_by = :actor
             where connection_key = :key and state = any(:states)
            """;

    private static final String WHY_NOT = """
            select c.state, t.id
              from connection c
              left join task t on t.connection_id = c.id and t.type = :type and t.input = :input::jsonb
                              and t.in_flight
             where c.connection_key = :key
            """;

    private static final int ATTEMPTS = 5;

    private final JdbcClient jdbc;
    private final CancellationStore cancellations;
    private final GroupStore groups;

    public TaskStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.cancellations = new CancellationStore(jdbc);
        this.groups = new GroupStore(jdbc);
    }

    /**
     * Creates a task with its first run, its first event and its command, unless the connection is in none of the given
     * states or the same work is in flight.
     */
    public CreateOutcome create(NewTask task, Set<ConnectionState> states) {
        // The other task may end between the failed insert and the query for the reason; then the insert is retried.
        for (int i = 0; i < ATTEMPTS; i++) {
            TaskCommand command = new TaskCommand(Ids.next(), Ids.next(), task.type());
            Optional<CreateOutcome.Created> created = insert(task, states, command);
            if (created.isPresent()) {
                return created.get();
            }
            Optional<CreateOutcome> refusal = whyNot(task, states);
            if (refusal.isPresent()) {
                return refusal.get();
            }
        }
        throw new IllegalStateException("the same work on connection " + task.connectionKey() + " began and ended "
                + ATTEMPTS + " times during this request; retry");
    }

    /**
     * Creates tasks by one statement, each in the states in which it may begin. Needs a surrounding transaction, which this begins
     * for a group.
     *
     * @return what was created, in the order of the tasks; null for a task that is refused, or whose connection somebody else
     *     has locked. {@link #createOrRefuse} decides about those
     */
    public List<CreateOutcome.@Nullable Created> createAll(List<NewTask> tasks) {
        List<TaskCommand> commands = tasks.stream()
                .map(task -> new TaskCommand(Ids.next(), Ids.next(), task.type()))
                .toList();
        groups.begin(List.of());
        Map<UUID, TaskCommand> asked = new HashMap<>();
        commands.forEach(command -> asked.put(command.taskId(), command));
        Map<UUID, CreateOutcome.Created> created = new HashMap<>();
        jdbc.sql(CREATE_ALL)
                .param("keys", texts(tasks, NewTask::connectionKey))
                .param("states", texts(tasks, task -> String.join(",", ConnectionState.names(task.allowedStates()))))
                .param("tasks", commands.stream().map(TaskCommand::taskId).toArray(UUID[]::new))
                .param("runs", commands.stream().map(TaskCommand::runId).toArray(UUID[]::new))
                .param("types", texts(tasks, task -> task.type().name()))
                .param("inputs", texts(tasks, TaskStore::canonicalInput))
                .param("triggers", texts(tasks, task -> task.trigger().name()))
                .param("actors", texts(tasks, NewTask::createdBy))
                .param("parents", tasks.stream().map(NewTask::parentTaskId).toArray(UUID[]::new))
                .query(row -> {
                    UUID id = row.getObject(1, UUID.class);
                    created.put(
                            id,
                            new CreateOutcome.Created(
                                    Objects.requireNonNull(asked.get(id)),
                                    row.getTimestamp(2).toInstant(),
                                    row.getBoolean(3)));
                });
        return commands.stream()
                .<CreateOutcome.@Nullable Created>map(command -> created.get(command.taskId()))
                .toList();
    }

    /** Says why a task that was not created is refused, or creates it like {@link #create} after all. */
    public CreateOutcome createOrRefuse(NewTask task) {
        return whyNot(task, task.allowedStates()).orElseGet(() -> create(task, task.allowedStates()));
    }

    private static String[] texts(List<NewTask> tasks, Function<NewTask, String> text) {
        return tasks.stream().map(text).toArray(String[]::new);
    }

    /**
     * Sets the connection to DELETING and creates the task that deletes it. Needs a surrounding transaction.
     *
     * @param states the states from which a deletion may begin
     */
    public CreateOutcome createDeletion(String connectionKey, Set<ConnectionState> states, String actor) {
        NewTask task = new NewTask(connectionKey, TaskType.DELETE, TaskInput.DEFAULT, TaskTrigger.MANUAL, actor, null);
        int begun = jdbc.sql(BEGIN_DELETION)
                .param("key", connectionKey)
                .param("actor", actor)
                .param("states", ConnectionState.names(states))
                .update();
        if (begun == 0) {
            return whyNot(task, states).orElseGet(() -> new CreateOutcome.StateForbids(ConnectionState.DELETING));
        }
        return create(task, Set.of(ConnectionState.DELETING));
    }

    /** Cancels a run, see {@link CancellationStore}. Needs a surrounding transaction. */
    public CancelOutcome cancel(UUID runId, String actor) {
        return cancellations.cancel(runId, actor);
    }

    private Optional<CreateOutcome.Created> insert(NewTask task, Set<ConnectionState> states, TaskCommand command) {
        return jdbc.sql(CREATE)
                .param("key", task.connectionKey())
                .param("states", ConnectionState.names(states))
                .param("task", command.taskId())
                .param("run", command.runId())
                .param("type", task.type().name())
                .param("input", canonicalInput(task))
                .param("trigger", task.trigger().name())
                .param("actor", task.createdBy())
                .param("parent", task.parentTaskId(), java.sql.Types.OTHER)
                .query((row, i) ->
                        new CreateOutcome.Created(command, row.getTimestamp(1).toInstant(), row.getBoolean(2)))
                .optional();
    }

    private Optional<CreateOutcome> whyNot(NewTask task, Set<ConnectionState> states) {
        return jdbc.sql(WHY_NOT)
                .param("key", task.connectionKey())
                .param("type", task.type().name())
                .param("input", canonicalInput(task))
                .query((row, i) ->
                        refusal(task, states, ConnectionState.valueOf(row.getString(1)), row.getObject(2, UUID.class)))
                .optional()
                .orElseGet(() -> Optional.of(new CreateOutcome.NoSuchConnection()));
    }

    private static Optional<CreateOutcome> refusal(
            NewTask task, Set<ConnectionState> states, ConnectionState state, @Nullable UUID inFlight) {
        boolean deletionInFlight = task.type() == TaskType.DELETE && state == ConnectionState.DELETING;
        if (inFlight != null && (states.contains(state) || deletionInFlight)) {
            return Optional.of(new CreateOutcome.InFlight(inFlight));
        }
        return states.contains(state) ? Optional.empty() : Optional.of(new CreateOutcome.StateForbids(state));
    }

    private static String canonicalInput(NewTask task) {
        return Json.write(task.input().canonical(task.type()));
    }
}
