package dev.connections.worker.source.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which relations of a database to read: those of the schemas, or only one of them. */
record RelationFilter(Collection<Long> schemas, @Nullable Long only) {
    RelationFilter {
        schemas = List.copyOf(schemas);
    }

    PreparedStatement statement(Connection connection, PostgresSql.ByRelation query) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query.sql(only != null));
        try {
            statement.setFetchSize(query.fetchSize());
            statement.setArray(1, connection.createArrayOf("int8", schemas.toArray(Long[]::new)));
            if (only != null) {
                statement.setLong(2, only);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
