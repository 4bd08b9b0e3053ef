package dev.connections.api.database.pool;

import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Distinguishes an unconfirmed commit from every failure before it. Once it resumes, a hung database executes what it
 * had received, even if the client has given up. Without a COMMIT it rolls back.
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
