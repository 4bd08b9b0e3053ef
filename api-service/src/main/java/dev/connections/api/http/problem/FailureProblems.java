package dev.connections.api.http.problem;

import dev.connections.api.database.pool.OutcomeUnknownException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.TransactionException;

/** The problems that failures of the database are reported as. */
public final class FailureProblems {
    private static final Logger log = LoggerFactory.getLogger(FailureProblems.class);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private FailureProblems() {}

    /** Finds the problem of one part of a request that otherwise succeeds, and logs what is not the caller's doing. */
    public static ProblemException ofPart(RuntimeException failure) {
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        if (failure instanceof OutcomeUnknownException) {
            log.warn("a part of a request was answered with 503, outcome unknown: {}", failure.toString());
            return outcomeUnknown();
        }
        if (isOfUnansweringDatabase(failure)) {
            log.warn("a part of a request was answered with 503: {}", failure.toString());
            return databaseDoesNotAnswer();
        }
        log.error("a part of a request failed", failure);
        return StatusProblems.of(500);
    }

    static ProblemException databaseDoesNotAnswer() {
        return ProblemException.unavailable(
                "The service could not reach its database in time. Nothing was changed; try again later.");
    }

    static ProblemException outcomeUnknown() {
        return ProblemException.unavailable(
                "The database did not confirm in time; the change may or may not be applied. Check before retrying.");
    }

    /** Spring has no category for a lock that was not granted in time. */
    static boolean isOfLock(UncategorizedSQLException failure) {
        SQLException cause = failure.getSQLException();
        return cause != null && LOCK_NOT_AVAILABLE.equals(cause.getSQLState());
    }

    private static boolean isOfUnansweringDatabase(RuntimeException failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof TransientDataAccessException
                || failure instanceof ConcurrencyFailureException
                || failure instanceof TransactionException
                || (failure instanceof UncategorizedSQLException uncategorized && isOfLock(uncategorized));
    }
}
