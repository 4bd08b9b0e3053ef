package dev.connections.worker.source.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The queries of information_schema. None has a column for which a server walks statistics, such as a table's rows, sizes
 * and time of change, though MariaDB opens a table for its options and its time of creation; names are compared and sorted as bytes, where the schema's own collation takes several
 * for the same.
 */
final class MysqlSql {
    /** The databases of the server itself. */
    static final String SYSTEM = "('information_schema', 'performance_schema', 'mysql', 'sys', 'ndbinfo')";

    private static final String DATABASES = """
            select schema_name, :comment
              from information_schema.schemata
             where binary schema_name not in :system
             order by schema_name
            """.replace(":system", SYSTEM);

    /** Sequences of MariaDB are left out, and temporary tables, which only this session sees. */
    private static final String RELATIONS = """
            select table_name, table_type, engine, table_comment, create_options, unix_timestamp(create_time)
              from information_schema.tables
             where table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')""";

    private static final String COLUMNS = """
            select table_name, ordinal_position, column_name, column_type, data_type, is_nullable = 'YES',
                   column_default, extra, generation_expression, column_comment
              from information_schema.columns
             where true""";

    /** The primary key has the same name everywhere, and nothing else may have it. */
    private static final String KEYS = """
            select table_name, constraint_name, column_name,
                   referenced_table_schema, referenced_table_name, referenced_column_name
              from information_schema.key_column_usage
             where (constraint_name = 'PRIMARY' or referenced_table_name is not null)""";

    private static final String VIEWS = """
            select table_name, view_definition
              from information_schema.views
             where true""";

    private MysqlSql() {}

    static String databases(MysqlServer server) {
        boolean hasComments = server.isMariaDb() && server.isAtLeast(10, 5);
        return DATABASES.replace(":comment", hasComments ? "schema_comment" : "''");
    }

    /** Whose rows belong to one database, or one relation of it. */
    record Scope(String database, @Nullable String relation) {
        PreparedStatement relations(Connection connection) throws SQLException {
            return statement(connection, RELATIONS, " order by binary table_name");
        }

        PreparedStatement columns(Connection connection) throws SQLException {
            return statement(connection, COLUMNS, " order by binary table_name, ordinal_position");
        }

        PreparedStatement keys(Connection connection) throws SQLException {
            return statement(connection, KEYS, " order by binary table_name, binary constraint_name, ordinal_position");
        }

        PreparedStatement views(Connection connection) throws SQLException {
            return statement(connection, VIEWS, "");
        }

        /** Its rows come one by one: the driver keeps as many as it fetches at a time, however long they are. */
        private PreparedStatement statement(Connection connection, String select, String order) throws SQLException {
            // The plain condition is the one by which servers find the database without looking at all others.
            String one = " and table_schema = ? and binary table_schema = binary ?";
            String only = relation == null ? "" : " and table_name = ? and binary table_name = binary ?";
            PreparedStatement statement =
                    connection.prepareStatement(MysqlAnswers.STREAMED + select + one + only + order);
            statement.setFetchSize(1);
            statement.setString(1, database);
            statement.setString(2, database);
            if (relation != null) {
                statement.setString(3, relation);
                statement.setString(4, relation);
            }
            return statement;
        }
    }
}
