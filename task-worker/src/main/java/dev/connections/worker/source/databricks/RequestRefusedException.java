package dev.connections.worker.source.databricks;

import dev.connections.worker.source.http.SourceJson;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** The workspace has answered a request with an error. */
final class RequestRefusedException extends Exception {
    static final String PERMISSION_DENIED = "PERMISSION_DENIED";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * Takes what the workspace said.
     *
     * @param code its own name of the error; empty where it gives none
     */
    RequestRefusedException(int status, String code, @Nullable String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** What an answer that is no success says. */
    static RequestRefusedException of(int status, byte[] body) {
        try {
            Map<String, String> said = SourceJson.members(body, Set.of("error_code", "message"));
            return new RequestRefusedException(status, said.getOrDefault("error_code", ""), said.get("message"));
        } catch (JacksonException e) {
            return new RequestRefusedException(status, "", null);
        }
    }

    int status() {
        return status;
    }

    /** Whether the workspace does not let in who asks: for a token of its own that it does not know, it has a 403. */
    boolean isOfTheLogin() {
        return status == 401 || (status == 403 && !code.equals(PERMISSION_DENIED));
    }

    /** Such as PERMISSION_DENIED. */
    String code() {
        return code;
    }
}
