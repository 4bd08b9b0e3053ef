package dev.connections.api.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.connections.api.http.problem.FailureProblems;
import dev.connections.api.http.problem.ProblemException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What came of one of several tasks that were asked for together; a TaskCreationResult of the contract.
 *
 * @param status as that of the answer to a request for this task alone
 * @param task null unless it was created
 * @param problem null if it was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TaskResult(
        String connectionKey,
        int status,
        @Nullable Task task,
        @Nullable Map<String, Object> problem) {
    /** Of what was created, or of the failure that the supplier throws; open if it supplies nothing. */
    static TaskResult of(String connectionKey, Supplier<@Nullable CreatedTask> creation) {
        try {
            CreatedTask created = creation.get();
            return created == null
                    ? new TaskResult(connectionKey, 0, null, null)
                    : new TaskResult(connectionKey, HttpStatus.CREATED.value(), Task.of(created), null);
        } catch (RuntimeException e) {
            return refused(connectionKey, FailureProblems.ofPart(e));
        }
    }

    static TaskResult refused(String connectionKey, ProblemException problem) {
        return new TaskResult(connectionKey, problem.status().value(), null, problem.document(null));
    }

    /** Whether nothing came of it yet. */
    @JsonIgnore
    boolean isOpen() {
        return status == 0;
    }
}
