package dev.connections.lab;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A worker without a process: registered, and with a session of its own that holds its presence lock until closed. */
public final class PresentWorker implements AutoCloseable {
    /** As the service has it; this module does not know the service's classes. */
    private static final int LOCK_CLASS = 0x434e4e57;

    private static final String JOIN = """
            insert into worker (id, task_types) values (?, '{CRAWL,VALIDATE,DELETE}')
            on conflict (id) do update set seen_at = now(), stopped_at = null
            returning presence_key
            """;

    private final Connection session;
    private final String id;
    private final int key;

    /** Registers the worker if nobody has, and waits for its lock; closes the session with it. */
    public PresentWorker(Connection session, String id) throws SQLException {
        this.session = session;
        this.id = id;
        try (PreparedStatement join = session.prepareStatement(JOIN)) {
            join.setString(1, id);
            try (ResultSet row = join.executeQuery()) {
                row.next();
                key = row.getInt(1);
            }
        }
        call("select pg_advisory_lock(?, ?)");
    }

    public String id() {
        return id;
    }

    /** Gives the lock up before the session ends, which PostgreSQL would notice only later. */
    @Override
    public void close() throws SQLException {
        try (session) {
            call("select pg_advisory_unlock(?, ?)");
        }
    }

    private void call(String lock) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(lock)) {
            statement.setInt(1, LOCK_CLASS);
            statement.setInt(2, key);
            statement.execute();
        }
    }
}
