package dev.connections.api.catalog;

/** Whether crawls look inside an object. */
enum Activation {
    ENABLED,
    DISABLED,
    /** As the object above says; ENABLED at the top. */
    INHERIT
}
