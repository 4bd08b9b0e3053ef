package dev.connections.task;

/** Who requested a task. */
public enum TaskTrigger {
    /** A request through the API. */
    MANUAL,
    /** The connection's crawl schedule. */
    SCHEDULED,
    /** This service itself: first crawl, child tasks, health checks. */
    SYSTEM
}
