package dev.connections.worker.source.oracle;

import dev.connections.worker.source.jdbc.JdbcDialect;
import java.sql.Connection;
import java.sql.SQLException;

/** The driver: {@link OracleLogin}, or in tests that of the server which stands in for a database. */
interface OracleConnector {
    /** Logs in, on the thread of a dial. */
    Connection connect(JdbcDialect.Login login) throws SQLException;

    /** Asks the server to stop what the connection does at the moment. */
    void cancel(Connection connection) throws SQLException;
}
