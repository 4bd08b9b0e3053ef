package dev.connections.benchmark;

import dev.connections.connection.Technology;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * What a crawl cannot do without, with nothing around it: reading the source's catalog by plain queries, and writing the
 * rows that the crawl has made by COPY.
 */
final class PlainCopy {
    private static final int FETCH_SIZE = 2_000;

    private static final String SOURCE_PORT = "PLAIN_COPY_SOURCE_PORT";
    private static final String SOURCE_TECHNOLOGY = "PLAIN_COPY_SOURCE_TECHNOLOGY";
    private static final String DESTINATION_PORT = "PLAIN_COPY_DESTINATION_PORT";
    private static final String ROWS = "PLAIN_COPY_ROWS";

    private final GeneratedSource source;
    private final DataSource destination;
    private final Path file;

    /** The file is a place for the rows between out and in. */
    PlainCopy(GeneratedSource source, DataSource destination, Path file) {
        this.source = source;
        this.destination = destination;
        this.file = file;
    }

    /** In a process of its own: what {@link #environment} has put into its environment. */
    static PlainCopy ofEnvironment(Map<String, String> environment) {
        int port = Integer.parseInt(value(environment, SOURCE_PORT));
        GeneratedSource source = value(environment, SOURCE_TECHNOLOGY).equals(Technology.POSTGRESQL.name())
                ? new GeneratedPostgres(port, "")
                : new GeneratedMysql(port);
        DataSource destination =
                MeasuredService.source(Integer.parseInt(value(environment, DESTINATION_PORT)), "connections");
        return new PlainCopy(source, destination, Path.of(value(environment, ROWS)));
    }

    private static String value(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }

    /** The environment in which another process does the same. */
    Map<String, String> environment(int destinationPort) {
        return Map.of(
                SOURCE_PORT, Integer.toString(source.port()),
                SOURCE_TECHNOLOGY, source.technology().name(),
                DESTINATION_PORT, Integer.toString(destinationPort),
                ROWS, file.toString());
    }

    /** Reads everything once, writes the rows into a table with its indexes, and returns the seconds that took. */
    double readAndWrite() throws SQLException, IOException {
        return read() + write(true);
    }

    /** Reads everything once and returns the seconds that took. */
    double read() throws SQLException {
        long start = System.nanoTime();
        try (Connection connection = source.database().getConnection()) {
            connection.setAutoCommit(false);
            for (String query : source.plainReads()) {
                try (Statement statement = connection.createStatement()) {
                    statement.setFetchSize(FETCH_SIZE);
                    drain(statement.executeQuery(query));
                }
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Puts the rows of data_object into the file. */
    void keepRows() throws SQLException, IOException {
        try (Connection connection = destination.getConnection();
                OutputStream out = Files.newOutputStream(file)) {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy data_object to stdout", out);
        }
    }

    /** Writes the rows of the file into an empty copy of data_object and returns the seconds until the commit. */
    double write(boolean indexed) throws SQLException, IOException {
        try (Connection connection = destination.getConnection();
                Statement statement = connection.createStatement();
                InputStream in = Files.newInputStream(file)) {
            statement.execute("drop table if exists plain_copy");
            statement.execute("create table plain_copy (like data_object including defaults"
                    + (indexed ? " including indexes)" : ")"));
            long start = System.nanoTime();
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy plain_copy from stdin", in, 1 << 16);
            double seconds = (System.nanoTime() - start) / 1e9;
            statement.execute("drop table plain_copy");
            return seconds;
        }
    }

    private static void drain(ResultSet row) throws SQLException {
        try (row) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                for (int i = 1; i <= columns; i++) {
                    Object ignored = row.getObject(i);
                }
            }
        }
    }
}
