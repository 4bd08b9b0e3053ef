package dev.connections.worker.source;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.ConnectionDeletedException;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.RunFailures;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Turns what a driver or the network throws into an error of the contract; no secret of the connection is in it. */
public final class SourceFailures {
    private SourceFailures() {}

    /**
     * Does work at a source.
     *
     * @throws RunFailedException where the work throws anything of the driver's or the network's
     * @throws CancellationException where the execution was stopped meanwhile
     */
    public static <T> T translated(Source source, Execution execution, Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (CancellationException | ConnectionDeletedException | DataAccessException | TransactionException e) {
            // Of our own making, or of our own database: sources are read with plain JDBC.
            throw e;
        } catch (Exception e) {
            execution.checkNotStopped();
            throw failure(e, source, execution);
        }
    }

    /**
     * Does what logs in to a source as its connection says.
     *
     * @throws RunFailedException as {@link #translated} does, which blames the connection unless something is amiss with the
     *     worker
     */
    public static <T> T blaming(Source source, Execution execution, Callable<T> login) throws Exception {
        try {
            return translated(source, execution, login);
        } catch (RunFailedException e) {
            boolean isOfTheWorker =
                    e.error().code() == ErrorCode.INTERNAL_ERROR || e.error().code() == ErrorCode.DRIVER_UNAVAILABLE;
            throw isOfTheWorker ? e : RunFailedException.notConnected(e.error(), e.getCause());
        }
    }

    private static Exception failure(Exception thrown, Source source, Execution execution) {
        Set<Throwable> chain = RunFailures.chain(thrown);
        for (Throwable cause : chain) {
            if (cause instanceof RunFailedException failed) {
                return failed;
            }
        }
        SourceError error = errorIn(chain, source);
        if (error == null) {
            return thrown;
        }
        TaskError shown = error.toTaskError(execution.secrets());
        // The driver's exception would take the source's words, and with them perhaps a secret, into a log.
        return new RunFailedException(shown, null);
    }

    private static @Nullable SourceError errorIn(Set<Throwable> chain, Source source) {
        for (Throwable cause : chain) {
            // TLS takes what the check of its socket throws for a failure of its own.
            if (cause instanceof SourceLimitException) {
                return NetworkFailures.errorOf(cause);
            }
        }
        for (Throwable cause : chain) {
            SourceError error = NetworkFailures.errorOf(cause);
            if (error != null) {
                return error;
            }
        }
        for (Throwable cause : chain) {
            SourceError error = source.errorOf(cause);
            if (error != null) {
                return error;
            }
        }
        return null;
    }
}
