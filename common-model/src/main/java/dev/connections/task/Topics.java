package dev.connections.task;

/** The Kafka topics besides the command topics of {@link TaskType}, and the share group of the workers. */
public final class Topics {
    /** Status events, keyed by task id; the value is a TaskStatusEvent of the REST contract. */
    public static final String TASK_STATUS = "connections.task-status";
    /** What crawls and deletions changed, keyed by data object id. */
    public static final String DATA_OBJECT_CHANGES = "connections.data-object-changes";
    /** Commands that no worker can read, with the reason in headers. */
    public static final String DEAD_LETTERS = "connections.dead-letters";
    /** The share group in which the workers consume commands. */
    public static final String WORKERS = "task-workers";

    private Topics() {}
}
