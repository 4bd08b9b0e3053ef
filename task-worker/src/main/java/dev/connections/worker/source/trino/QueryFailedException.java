package dev.connections.worker.source.trino;

import org.jspecify.annotations.Nullable;

/** A statement that a cluster has refused or failed, in the cluster's own words. */
final class QueryFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String type;

    /**
     * Takes the members of the cluster's error.
     *
     * @param name such as PERMISSION_DENIED
     * @param type USER_ERROR, INTERNAL_ERROR, INSUFFICIENT_RESOURCES or EXTERNAL
     */
    QueryFailedException(@Nullable String name, @Nullable String type, @Nullable String message) {
        super(message);
        this.name = String.valueOf(name);
        this.type = String.valueOf(type);
    }

    /** The same error, without its message where that repeats the text. */
    QueryFailedException without(String secret) {
        String message = getMessage();
        return message == null || !message.contains(secret) ? this : new QueryFailedException(name, type, null);
    }

    /** Whether the account lacks a privilege. */
    boolean isOfPrivileges() {
        return name.equals("PERMISSION_DENIED");
    }

    /** Whether the statement is to blame, and not what the cluster or a system behind it is going through. */
    boolean isOfTheStatement() {
        return type.equals("USER_ERROR");
    }
}
