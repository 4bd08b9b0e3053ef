package dev.connections.api.http.problem;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;

/** A request with invalid properties or parameters; the problem document names each of them. */
public final class InvalidRequestException extends ProblemException {
    private final transient List<Violation> violations;

    public InvalidRequestException(List<Violation> violations) {
        super(
                HttpStatus.BAD_REQUEST,
                "invalid-request",
                "Invalid request",
                violations.size() == 1
                        ? "One property or parameter is invalid; see 'errors'. Correct it and send the request again."
                        : violations.size() + " properties or parameters are invalid; see 'errors'."
                                + " Correct them and send the request again.",
                Map.of("errors", List.copyOf(violations)));
        this.violations = List.copyOf(violations);
    }

    /** One invalid property or parameter. */
    public static InvalidRequestException of(String pointer, String detail) {
        return new InvalidRequestException(List.of(new Violation(pointer, detail)));
    }

    public List<Violation> violations() {
        return violations;
    }
}
