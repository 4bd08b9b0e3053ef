package dev.connections.worker.execution;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What ended an execution, for the log: without its messages where they repeat a secret of the connection. */
final class LoggedFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private LoggedFailure(Throwable thrown) {
        super("a " + thrown.getClass().getName() + ", whose message is withheld because it repeats a secret");
        setStackTrace(thrown.getStackTrace());
    }

    static Throwable of(Throwable thrown, Execution execution) {
        StringWriter printed = new StringWriter();
        // With its causes and all that was suppressed, as the log would print it.
        thrown.printStackTrace(new PrintWriter(printed));
        return isShown(printed.toString(), execution) ? thrown : new LoggedFailure(thrown);
    }

    private static boolean isShown(String text, Execution execution) {
        try {
            return execution.withoutSecrets(text).equals(text);
        } catch (IllegalStateException e) {
            // No secret was opened, so that none has left this worker.
            return true;
        }
    }
}
