package dev.connections.worker.source;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.connections.embedded.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL that holds what stand-ins for other servers are asked for, so that the crawlers' own statements run on tables
 * of the documented shape. The tests of a process share it; it ends with the process.
 */
public final class StandInDatabase {
    /** Pools of sessions, by the database's URL: each statement of a stand-in would else begin a process of the server. */
    private static final Map<String, HikariDataSource> SESSIONS = new ConcurrentHashMap<>();

    private StandInDatabase() {}

    public static Postgres shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final Postgres SERVER = start();
    }

    private static Postgres start() {
        Postgres started = Postgres.startTemporary();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            SESSIONS.values().forEach(HikariDataSource::close);
            started.close();
        }));
        return started;
    }

    /** Creates a database. */
    public static void create(Postgres server, String database) {
        server.execute("postgres", "create database " + QuotedPath.of(database));
    }

    /** Drops a database; fails where sessions of {@link #session} have not been closed, or others are left in it. */
    public static void drop(Postgres server, String database) {
        leave(server, database);
        server.execute("postgres", "drop database " + QuotedPath.of(database));
    }

    /** Renames a database under the same condition. */
    public static void rename(Postgres server, String database, String name) {
        leave(server, database);
        server.execute("postgres", "alter database " + QuotedPath.of(database) + " rename to " + QuotedPath.of(name));
    }

    private static void leave(Postgres server, String database) {
        HikariDataSource sessions = SESSIONS.remove(server.jdbcUrl(database));
        if (sessions != null) {
            sessions.close();
        }
    }

    /**
     * A session of the superuser. Closing it keeps it for the next, which finds the schema and the modes as they are at first.
     *
     * @param server this one, or one that a stand-in has for itself
     */
    public static Connection session(Postgres server, String database) throws SQLException {
        return SESSIONS.computeIfAbsent(server.jdbcUrl(database), StandInDatabase::pool)
                .getConnection();
    }

    private static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("postgres");
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /**
     * Executes a change of the tables of a schema; each question mark is one of the values.
     *
     * @param server this one, or one that a stand-in has for itself
     */
    public static void change(Postgres server, String database, String schema, String sql, @Nullable Object... values) {
        try (Connection session = session(server, database)) {
            session.setSchema(schema);
            try (PreparedStatement statement = session.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                statement.execute();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
