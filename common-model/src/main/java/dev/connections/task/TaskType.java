package dev.connections.task;

/** The kinds of work; each has a lane of its own, so that a hundred long crawls never keep a validation waiting. */
public enum TaskType {
    /** Reads the platform's metadata into the catalog. */
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
