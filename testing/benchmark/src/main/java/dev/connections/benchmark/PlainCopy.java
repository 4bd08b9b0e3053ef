package dev.connections.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * What a crawl cannot do without, with nothing around it: reading the source's catalog by plain queries, and writing the
 * rows that the crawl has made by COPY.
 */
final class PlainCopy {
    private static final List<String> READS = List.of(
            "select oid::bigint, nspname, obj_description(oid, 'pg_namespace') from pg_namespace", """
            select c.oid::bigint, c.relnamespace::bigint, c.relname, c.relkind, obj_description(c.oid, 'pg_class')
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'f', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
            """, """
            select a.attrelid::bigint, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum)
              from pg_attribute a
              join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
             where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm')
               and n.nspname not in ('pg_catalog', 'information_schema')
             order by a.attrelid, a.attnum
            """, """
            select conrelid::bigint, contype, conname, conkey, confrelid::bigint, confkey
              from pg_constraint where contype in ('p', 'f')
            """);

    private static final int FETCH_SIZE = 2_000;

    private final DataSource source;
    private final DataSource destination;
    private final Path file;

    /** The file is a place for the rows between out and in. */
    PlainCopy(DataSource source, DataSource destination, Path file) {
        this.source = source;
        this.destination = destination;
        this.file = file;
    }

    /** Reads everything once and returns the seconds that took. */
    double read() throws SQLException {
        long start = System.nanoTime();
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            for (String query : READS) {
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
