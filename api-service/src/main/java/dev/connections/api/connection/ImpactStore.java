package dev.connections.api.connection;

import dev.connections.connection.PathPatterns;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The effect of a patch on the catalog and the tasks of a connection. */
@Repository
class ImpactStore {
    private static final String LEAVING_SCOPE = """
            select count(*)
              from (select :joined as path, normalized_type in ('TABLE', 'VIEW') as leaf
                      from data_object where connection_id = :connection) o
             where path ~ case when leaf then :oldLeaf else :oldContainer end and path !~ :oldExclude
               and not (path ~ case when leaf then :newLeaf else :newContainer end and path !~ :newExclude)
            """.replace(":joined", PathPatterns.joined("path"));

    private static final String TASKS_IN_FLIGHT = """
            select id from task
             where connection_id = :connection and in_flight
             order by id
            """;

    private final JdbcClient jdbc;

    ImpactStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The number of catalog objects that the first patterns cover and the second do not. */
    long objectsLeavingScope(UUID connectionId, PathPatterns before, PathPatterns after) {
        return jdbc.sql(LEAVING_SCOPE)
                .param("connection", connectionId)
                .param("oldLeaf", before.leafRegex())
                .param("oldContainer", before.containerRegex())
                .param("oldExclude", before.excludeRegex())
                .param("newLeaf", after.leafRegex())
                .param("newContainer", after.containerRegex())
                .param("newExclude", after.excludeRegex())
                .query(Long.class)
                .single();
    }

    List<UUID> tasksInFlight(UUID connectionId) {
        return jdbc.sql(TASKS_IN_FLIGHT)
                .param("connection", connectionId)
                .query((row, i) -> row.getObject(1, UUID.class))
                .list();
    }
}
