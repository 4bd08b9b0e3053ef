package dev.connections.worker.source.snowflake;

import org.jspecify.annotations.Nullable;

/** The account has refused a request, or failed a statement. */
final class StatementFailedException extends Exception {
    /** Of a view of INFORMATION_SCHEMA that is asked for more than Snowflake puts together. */
    private static final String TOO_MUCH = "090030";

    private static final String NO_WAREHOUSE = "000606";
    /** Codes of logins, and of the role that a login asks for. */
    private static final String OF_LOGINS = "390";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * Takes what the account said.
     *
     * @param status of HTTP
     * @param code its own number of the error; empty where it gives none
     */
    StatementFailedException(int status, String code, @Nullable String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** More than a SHOW command lists. */
    static StatementFailedException tooMuch() {
        return new StatementFailedException(
                422, TOO_MUCH, "there are more than the " + SnowflakeSql.MOST_SHOWN + " that a SHOW command lists");
    }

    /** The same, with words of this service after what was said. */
    StatementFailedException with(String hint) {
        String said = String.valueOf(getMessage());
        return new StatementFailedException(
                status, code, said.isEmpty() || hint.isEmpty() ? said + hint : said + "; " + hint);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** Whether the account does not let in who asks. */
    boolean isOfTheLogin() {
        return status == 401 || status == 403 || code.startsWith(OF_LOGINS);
    }

    /** Whether there is nothing that statements could run on. */
    boolean isOfTheWarehouse() {
        return code.equals(NO_WAREHOUSE);
    }

    /** Whether smaller statements may succeed. */
    boolean isTooMuch() {
        return code.equals(TOO_MUCH);
    }

    /** Whether the statement failed, and others may not. */
    boolean isOfTheStatement() {
        return !isOfTheLogin() && !isOfTheWarehouse();
    }
}
