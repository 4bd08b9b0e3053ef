package dev.connections.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A PostgreSQL server on this machine.
 *
 * <p>The superuser {@code postgres} needs no password from this machine unless the server was started protected; every other
 * role does (SCRAM), so that a wrong password is refused as it is in production.
 */
public sealed interface Postgres extends AutoCloseable permits PostgresServer, PostgresInContainer {
    /** Starts a server whose data is removed when it is closed: an embedded one, or a container where those are asked for. */
    static Postgres startTemporary() {
        return startTemporary(Map.of());
    }

    /** Like {@link #startTemporary()}, with server settings (the names of postgresql.conf). */
    static Postgres startTemporary(Map<String, String> settings) {
        return Containers.areChosen() ? new PostgresInContainer(settings) : PostgresServer.startTemporary(settings);
    }

    /** Makes a role that may log in with the password, and a database that it owns; both may exist already. */
    default Postgres createDatabase(String database, String user, String password) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            if (!exists(statement, "select from pg_roles where rolname = '" + user + "'")) {
                statement.execute("create role " + user + " login password '" + password + "'");
            }
            if (!exists(statement, "select from pg_database where datname = '" + database + "'")) {
                statement.execute("create database " + database + " owner " + user);
            }
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create database " + database, e);
        }
    }

    /** Runs a script of SQL statements in the database as superuser. */
    default void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("script failed in database " + database + ": " + e.getMessage(), e);
        }
    }

    /** Opens a connection to the database as superuser. */
    default Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database) + "?user=postgres");
    }

    /** The JDBC URL of the database, without user and password. */
    default String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** The TCP port on the loopback address. */
    int port();

    /** Stops the server and, where it was a temporary one, removes its data. */
    @Override
    void close();

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }
}
