package dev.connections.task;

/** Who asked for a task. */
public enum TaskTrigger {
    /** A request through the API. */
    MANUAL,
    /** The connection's crawl schedule. */
    SCHEDULED,
    /** The platform itself: first crawl, child tasks, health checks. */
    SYSTEM
}
