package dev.connections.api.database.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * How long PostgreSQL lets a session of the pool work or wait: always shorter than its client waits, or the session would
 * still be there when the pool has replaced its connection, and a single lock could fill the server with sessions.
 */
enum SessionLimit {
    /** Of a request. */
    REQUEST("1500ms", "1s"),
    /** Of a request that is expected to take longer, see {@link LongWork}. */
    LONG_WORK("20s", "1s"),
    /** Outside of requests: migrations at the start. */
    UNHURRIED("55s", "55s");

    /** What each session is set to; a session mostly serves requests, and is rarely set to anything else. */
    private static final Map<Connection, SessionLimit> SET = Collections.synchronizedMap(new WeakHashMap<>());

    private final String sql;

    SessionLimit(String statement, String lock) {
        this.sql = "set statement_timeout = '" + statement + "'; set lock_timeout = '" + lock + "'";
    }

    /** Sets the connection's session to this limit, if it is not. */
    void setOn(Connection pooled) throws SQLException {
        Connection session = pooled.unwrap(Connection.class);
        if (SET.get(session) == this) {
            return;
        }
        SET.remove(session);
        try (Statement statement = pooled.createStatement()) {
            statement.execute(sql);
        }
        SET.put(session, this);
    }
}
