package dev.connections.worker.catalog;

import java.sql.SQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** Makes Spring's exceptions of errors of this service's database; those of a source stay plain JDBC exceptions. */
final class OwnDatabase {
    private static final SQLStateSQLExceptionTranslator TRANSLATOR = new SQLStateSQLExceptionTranslator();

    private OwnDatabase() {}

    static DataAccessException failure(String task, SQLException e) {
        DataAccessException known = TRANSLATOR.translate(task, null, e);
        return known == null ? new UncategorizedSQLException(task, null, e) : known;
    }
}
