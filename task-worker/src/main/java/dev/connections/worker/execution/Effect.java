package dev.connections.worker.execution;

import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a run changes in this service's database, in the transaction that also ends the run. */
public interface Effect extends AutoCloseable {
    /**
     * Writes the changes and returns the run's result, a record of the contract's shape. May be called again after a rollback.
     *
     * @throws RunFailedException to roll everything back and fail the run
     */
    Object apply(JdbcClient jdbc);

    /** The data source to run the transaction on, where the effect has staged rows in a session; null for the pool's. */
    default @Nullable DataSource session() {
        return null;
    }

    /** The connection whose row it changes, if it changes one. */
    default @Nullable UUID connectionId() {
        return null;
    }

    /** Releases what was staged; called once, whatever came of the transaction. */
    @Override
    default void close() {}
}
