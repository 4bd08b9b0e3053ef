package dev.connections.api.database.pool;

import org.springframework.transaction.TransactionSystemException;

/** The database did not answer a commit: what was to be changed is changed, or is not. */
public final class OutcomeUnknownException extends TransactionSystemException {
    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(Throwable cause) {
        super("the database did not confirm the commit", cause);
    }
}
