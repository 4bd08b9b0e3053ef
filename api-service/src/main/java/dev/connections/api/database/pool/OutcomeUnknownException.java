package dev.connections.api.database.pool;

import org.springframework.transaction.TransactionSystemException;

/** The database did not confirm a commit: the change may or may not be applied. */
public final class OutcomeUnknownException extends TransactionSystemException {
    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(Throwable cause) {
        super("the database did not confirm the commit", cause);
    }
}
