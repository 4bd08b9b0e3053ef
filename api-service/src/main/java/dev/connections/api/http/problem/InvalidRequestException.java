package dev.connections.api.http.problem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;

/** A request with invalid properties or parameters; the problem document lists the first of them, and their count. */
public final class InvalidRequestException extends ProblemException {
    private static final int MOST = 100;
    private static final int MOST_CHARACTERS = 64 * 1024;

    private final transient List<Violation> violations;

    public InvalidRequestException(List<Violation> violations) {
        super(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", detail(violations), members(violations));
        this.violations = List.copyOf(violations);
    }

    private static String detail(List<Violation> violations) {
        return violations.size() == 1
                ? "One property or parameter is invalid; see 'errors'. Correct it and send the request again."
                : violations.size() + " properties or parameters are invalid; see 'errors'."
                        + " Correct them and send the request again.";
    }

    private static Map<String, ?> members(List<Violation> violations) {
        List<Violation> listed = new ArrayList<>();
        int characters = 0;
        for (Violation violation : violations) {
            characters += violation.pointer().length() + violation.detail().length();
            if (listed.size() == MOST || (characters > MOST_CHARACTERS && !listed.isEmpty())) {
                break;
            }
            listed.add(violation);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("errorCount", violations.size());
        members.put("errors", List.copyOf(listed));
        return members;
    }

    /** One invalid property or parameter. */
    public static InvalidRequestException of(String pointer, String detail) {
        return new InvalidRequestException(List.of(new Violation(pointer, detail)));
    }

    /** All of them, also those that the document does not list. */
    public List<Violation> violations() {
        return violations;
    }
}
