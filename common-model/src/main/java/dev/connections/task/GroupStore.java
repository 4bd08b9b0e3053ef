package dev.connections.task;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Begins transactions that threads share. */
public final class GroupStore {
    private static final String BEGIN = "select begin_group(:connections)";

    private final JdbcClient jdbc;

    public GroupStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * For the rest of the caller's transaction: waits for a lock last a tenth of a second at most, and statements find rows
     * by their ids.
     *
     * @param connections to lock against changes by others
     * @return those of them that are locked; the others do not exist or somebody else has locked them
     */
    public Set<UUID> begin(Collection<UUID> connections) {
        return new HashSet<>(jdbc.sql(BEGIN)
                .param("connections", connections.toArray(UUID[]::new))
                .query(UUID.class)
                .list());
    }
}
