package dev.connections.api.catalog.search;

import java.util.Map;

/**
 * A condition on {@code data_object d}.
 *
 * @param sql its text, with named parameters for every value
 * @param scan the same condition, written so that its index can be used
 * @param values the values of the parameters
 */
record Condition(String sql, String scan, Map<String, Object> values) {
    Condition(String sql, String parameter, Object value) {
        this(sql, sql, Map.of(parameter, value));
    }

    Condition {
        values = Map.copyOf(values);
    }

    /** A condition whose values are those of the search itself. */
    static Condition of(String sql) {
        return new Condition(sql, sql, Map.of());
    }

    /** The same condition, written so that no index can be used. */
    String filter() {
        return "(" + sql + ") is true";
    }
}
