package dev.connections.worker.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The definition of one view, by SHOW CREATE VIEW. MySQL 8 hides definitions in information_schema from everybody whose
 * SHOW VIEW is not granted on the very view; its statement goes by all grants. It locks the view for as long as it takes,
 * and the time that it waits for a lock is limited by the session.
 */
final class ViewText {
    private ViewText() {}

    /** Reads it; null where it is not to be had now. */
    static @Nullable String read(Connection connection, String database, String view) throws SQLException {
        String sql = MysqlAnswers.STREAMED + "show create view " + quoted(database) + "." + quoted(view);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1);
            try (ResultSet row = statement.executeQuery(sql)) {
                return row.next() ? bodyOf(String.valueOf(row.getString(2)), database, view) : null;
            }
        } catch (SQLException e) {
            // Not to be seen, gone, locked or broken, each with numbers of its own; or the session itself has ended.
            boolean isOfTheView =
                    e.getErrorCode() > 0 && !String.valueOf(e.getSQLState()).startsWith("08");
            if (isOfTheView) {
                return null;
            }
            throw e;
        }
    }

    /** What follows AS in the statement that would create the view, as information_schema has it. */
    static @Nullable String bodyOf(String statement, String database, String view) {
        String name = "VIEW " + quoted(database) + "." + quoted(view) + " ";
        int start = statement.indexOf(name);
        if (start < 0) {
            return null;
        }
        int at = start + name.length();
        if (statement.startsWith("(", at)) {
            at = endOfNames(statement, at);
        }
        return statement.startsWith("AS ", at) ? statement.substring(at + "AS ".length()) : null;
    }

    /** Where the list of columns' names ends, any of which may have a parenthesis in it. */
    private static int endOfNames(String statement, int from) {
        boolean inName = false;
        for (int i = from; i < statement.length(); i++) {
            char c = statement.charAt(i);
            if (c == '`') {
                inName = !inName;
            } else if (c == ')' && !inName) {
                return i + ") ".length();
            }
        }
        return statement.length();
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
