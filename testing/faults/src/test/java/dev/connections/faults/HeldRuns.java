package dev.connections.faults;

import dev.connections.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Looks into this service's database for who executes which run. */
record HeldRuns(PostgresServer postgres) {
    private static final String HELD = """
            select r.id, r.task_id, t.connection_key, r.worker_id, r.epoch
              from task_run r join task t on t.id = r.task_id
             where r.status = 'RUNNING' order by t.connection_key
            """;
    private static final String SUCCEEDED =
            "select count(*) from task_run where status = 'SUCCEEDED' and worker_id = ?";

    private static final String EXTEND = """
            update task_run set lease_until = now() + interval '1 hour'
             where status = 'RUNNING' and worker_id = ? and lease_until > now()
            """;

    /** A run that is RUNNING, and its worker. */
    record Held(UUID runId, UUID taskId, String connectionKey, String workerId, int epoch) {}

    List<Held> held() {
        try (Connection connection = postgres.connect(ServiceUnderFaults.DATABASE);
                PreparedStatement statement = connection.prepareStatement(HELD);
                ResultSet row = statement.executeQuery()) {
            List<Held> held = new ArrayList<>();
            while (row.next()) {
                held.add(new Held(
                        row.getObject(1, UUID.class),
                        row.getObject(2, UUID.class),
                        row.getString(3),
                        row.getString(4),
                        row.getInt(5)));
            }
            return held;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the runs", e);
        }
    }

    List<Held> of(String workerId) {
        return held().stream().filter(run -> run.workerId().equals(workerId)).toList();
    }

    /** Makes the leases of a worker's runs so long that nobody waits for their end. */
    void extendLeases(String workerId) {
        try (Connection connection = postgres.connect(ServiceUnderFaults.DATABASE);
                PreparedStatement statement = connection.prepareStatement(EXTEND)) {
            statement.setString(1, workerId);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot extend the leases", e);
        }
    }

    long succeededBy(String workerId) {
        try (Connection connection = postgres.connect(ServiceUnderFaults.DATABASE);
                PreparedStatement statement = connection.prepareStatement(SUCCEEDED)) {
            statement.setString(1, workerId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot count the runs", e);
        }
    }
}
