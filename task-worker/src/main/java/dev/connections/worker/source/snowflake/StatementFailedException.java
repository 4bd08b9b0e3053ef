package dev.connections.worker.source.snowflake;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The account has refused a request, or failed a statement. */
final class StatementFailedException extends Exception {
    /** Of a view of INFORMATION_SCHEMA that is asked for more than Snowflake puts together. */
    private static final String TOO_MUCH = "090030";

    /** It took longer than a statement may. */
    private static final String TOO_LONG = "000630";

    /** No warehouse, or none of that name that the role may use. */
    private static final Set<String> OF_WAREHOUSES = Set.of("000606", "390201");
    /** Codes of logins, and of the role that a login asks for. */
    private static final String OF_LOGINS = "390";

    /** Codes of tokens that are not valid, or not any more. */
    private static final Set<String> OF_TOKENS = Set.of("390144", "390303", "390318");

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
        boolean saysWhy = status == 403 && !code.isEmpty();
        return !isOfTheWarehouse() && (status == 401 || saysWhy || code.startsWith(OF_LOGINS));
    }

    /** Whether it does not take the token. */
    boolean isOfTheToken() {
        return OF_TOKENS.contains(code);
    }

    /** Whether there is nothing that statements could run on. */
    boolean isOfTheWarehouse() {
        return OF_WAREHOUSES.contains(code);
    }

    /** Whether smaller statements may succeed. */
    boolean isTooMuch() {
        return code.equals(TOO_MUCH) || code.equals(TOO_LONG) || status == 408;
    }

    /** Whether the statement failed, and others may not. */
    boolean isOfTheStatement() {
        return !isOfTheLogin() && !isOfTheWarehouse();
    }
}
