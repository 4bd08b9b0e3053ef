package dev.connections.faults;

import dev.connections.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Holds the locks under which catalogs are changed, so that crawls wait with all that they found just before the merge. */
final class CatalogLocks implements AutoCloseable {
    private static final String TAKE =
            "select pg_advisory_lock(hashtextextended(id::text, 0)) from connection where connection_key = ?";
    private static final String RELEASE =
            "select pg_advisory_unlock(hashtextextended(id::text, 0)) from connection where connection_key = ?";
    private static final String WAITING = """
            select count(l.pid) from connection c
              left join pg_locks l on l.locktype = 'advisory' and l.objsubid = 1 and not l.granted
                   and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(c.id::text, 0)
             where c.connection_key = ?
            """;

    private final Connection session;

    CatalogLocks(PostgresServer postgres, List<String> keys) throws SQLException {
        this.session = postgres.connect(ServiceUnderFaults.DATABASE);
        for (String key : keys) {
            query(TAKE, key);
        }
    }

    void release(String key) {
        query(RELEASE, key);
    }

    /** How many sessions wait to change the catalog of the connection. */
    long waiting(String key) {
        return query(WAITING, key);
    }

    /** Releases what is still held. */
    @Override
    public void close() throws SQLException {
        session.close();
    }

    private long query(String sql, String key) {
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            statement.setString(1, key);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("no connection " + key);
                }
                return sql.equals(WAITING) ? row.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot see to the lock of " + key, e);
        }
    }
}
