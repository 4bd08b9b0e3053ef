package dev.connections.worker.source;

import dev.connections.embedded.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL that holds what stand-ins for other servers are asked for, so that the crawlers' own statements run on tables
 * of the documented shape. The tests of a process share it; it ends with the process.
 */
public final class StandInDatabase {
    private StandInDatabase() {}

    public static Postgres shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final Postgres SERVER = start();
    }

    private static Postgres start() {
        Postgres started = Postgres.startTemporary();
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        return started;
    }

    /**
     * Executes a change of the tables of a schema; each question mark is one of the values.
     *
     * @param server this one, or one that a stand-in has for itself
     */
    public static void change(Postgres server, String database, String schema, String sql, @Nullable Object... values) {
        try (Connection session = server.connect(database)) {
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
