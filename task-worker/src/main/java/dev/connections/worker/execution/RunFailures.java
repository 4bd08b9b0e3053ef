package dev.connections.worker.execution;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Turns what ended an execution into an error of the contract. What a source's driver throws has been turned into a
 * {@link RunFailedException} before, at the source's edge.
 */
public final class RunFailures {
    private RunFailures() {}

    /** Finds the error for what an executor threw, in the source's words where it has some. */
    public static TaskError errorOf(Throwable thrown) {
        Set<Throwable> chain = chain(thrown);
        for (Throwable cause : chain) {
            if (cause instanceof RunFailedException failed) {
                return failed.error();
            }
        }
        for (Throwable cause : chain) {
            // Spring's exceptions come from the worker's own database: sources are read with plain JDBC.
            if (cause instanceof DataAccessException || cause instanceof TransactionException) {
                return ownDatabase(chain);
            }
        }
        return TaskError.of(
                ErrorCode.INTERNAL_ERROR,
                "an internal error ended the run; the worker's log has the details under the run's id");
    }

    /** Whether a run failed because it could not connect or log in to its source. */
    static boolean isNotConnected(Throwable thrown) {
        return chain(thrown).stream()
                .anyMatch(cause -> cause instanceof RunFailedException failed && failed.isNotConnected());
    }

    private static TaskError ownDatabase(Set<Throwable> chain) {
        return new TaskError(
                ErrorCode.INTERNAL_ERROR,
                "the worker could not use its own database; its log has the details under the run's id",
                !isOfTheData(chain));
    }

    /**
     * Whether our own database refused what was to be written, and would again: a data exception, an integrity constraint
     * violation, a syntax error or access rule violation, a limit of the server. Everything else may be over a little later.
     */
    public static boolean isOfTheData(Throwable thrown) {
        return isOfTheData(chain(thrown));
    }

    private static boolean isOfTheData(Set<Throwable> chain) {
        SQLException sql = sqlIn(chain);
        String state = sql == null ? null : sql.getSQLState();
        return state != null
                && (state.startsWith("22")
                        || state.startsWith("23")
                        || state.startsWith("42")
                        || state.startsWith("54"));
    }

    private static @Nullable SQLException sqlIn(Set<Throwable> chain) {
        for (Throwable cause : chain) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** The exception and its causes, each once even where they run in a circle. */
    public static Set<Throwable> chain(Throwable thrown) {
        Set<Throwable> chain = new LinkedHashSet<>();
        for (Throwable cause = thrown; cause != null && chain.add(cause); ) {
            cause = cause.getCause();
        }
        return chain;
    }
}
