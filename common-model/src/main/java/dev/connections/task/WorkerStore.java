package dev.connections.task;

import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The registered workers: which types they take, and when they were last seen. */
public final class WorkerStore {
    /**
     * The class of the advisory locks that workers hold while they are alive; the key is the worker's presence key.
     */
    public static final int PRESENCE_LOCK_CLASS = 0x434e4e57;

    private static final String JOIN = """
            insert into worker (id, task_types) values (:id, :types)
            on conflict (id) do update
                set task_types = excluded.task_types, started_at = now(), seen_at = now(), stopped_at = null
            returning presence_key
            """;

    private static final String SEEN = "update worker set seen_at = now(), stopped_at = null where id = :id";

    private static final String LEAVE = "update worker set stopped_at = now() where id = :id";

    private final JdbcClient jdbc;

    public WorkerStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Registers a worker and returns its presence key; a worker that returns under its id keeps its key. */
    public int join(String workerId, Set<TaskType> types) {
        return jdbc.sql(JOIN)
                .param("id", workerId)
                .param("types", types.stream().map(Enum::name).toArray(String[]::new))
                .query(Integer.class)
                .single();
    }

    /** Records that the worker is alive; answers whether it is still registered, and was not removed as history. */
    public boolean seen(String workerId) {
        return jdbc.sql(SEEN).param("id", workerId).update() == 1;
    }

    /** Records that the worker has stopped gracefully. */
    public void leave(String workerId) {
        jdbc.sql(LEAVE).param("id", workerId).update();
    }
}
