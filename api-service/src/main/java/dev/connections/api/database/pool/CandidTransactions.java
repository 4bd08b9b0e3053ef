package dev.connections.api.database.pool;

import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Tells a commit that was not answered from everything that failed before it. A database that hangs does what it was sent
 * when it goes on, whoever still waits; of a transaction it has been sent no commit by then, and it takes it back.
 */
final class CandidTransactions extends JdbcTransactionManager {
    private static final long serialVersionUID = 1L;

    CandidTransactions(DataSource source) {
        super(source);
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        try {
            super.doCommit(status);
        } catch (DataAccessResourceFailureException e) {
            throw new OutcomeUnknownException(e);
        }
    }
}
