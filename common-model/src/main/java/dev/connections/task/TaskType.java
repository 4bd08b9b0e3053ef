package dev.connections.task;

/** The kinds of work. Each has its own lane, so that a hundred long crawls never delay a validation. */
public enum TaskType {
    /** Reads the source's metadata into the catalog. */
    CRAWL("connections.task-commands.crawl"),
    /** Checks network path, TLS, credentials and privileges. */
    VALIDATE("connections.task-commands.validate"),
    /** Removes objects from the catalog, or the whole connection. */
    DELETE("connections.task-commands.delete");

    private final String topic;

    TaskType(String topic) {
        this.topic = topic;
    }

    /** The topic that carries the commands of this type. */
    public String topic() {
        return topic;
    }
}
