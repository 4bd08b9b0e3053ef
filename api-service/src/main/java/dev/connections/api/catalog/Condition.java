package dev.connections.api.catalog;

import java.util.Map;

/**
 * A condition on {@code data_object d}.
 *
 * @param sql its text, with named parameters for every value
 * @param values the values of the parameters
 */
record Condition(String sql, Map<String, Object> values) {
    Condition(String sql, String parameter, Object value) {
        this(sql, Map.of(parameter, value));
    }

    Condition {
        values = Map.copyOf(values);
    }
}
