package dev.connections.faults.history;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A rule that this service broke.
 *
 * @param rule the class of the rule
 * @param taskId the task that it is about; null where it is about none
 */
public record Violation(String rule, @Nullable UUID taskId, String text) {
    static Violation of(Rule rule, @Nullable UUID taskId, String text) {
        return new Violation(rule.getClass().getSimpleName(), taskId, text);
    }
}
