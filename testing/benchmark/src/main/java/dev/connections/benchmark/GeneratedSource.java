package dev.connections.benchmark;

import dev.connections.connection.Technology;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** A source to crawl, of tables that each have a primary key, a foreign key and a comment. */
interface GeneratedSource {
    String DATABASE = "warehouse";

    Technology technology();

    /** The server's port on the loopback address. */
    int port();

    /** The login of the crawl. */
    String user();

    String password();

    /** Where the plain reads are sent. */
    DataSource database();

    /** The catalog, read in the plainest way: what a crawl cannot do without. */
    List<String> plainReads();

    /** How many tables the options ask for, and in what. */
    String size(Options options);

    int columns(Options options);

    /** Makes the tables. */
    void fill(Options options) throws SQLException;
}
