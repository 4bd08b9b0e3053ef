package dev.connections.catalog;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The rule of {@link Activation} in SQL. These are expressions and not functions, so that the planner can optimize
 * them. No tree is deeper than three levels, so an object, its parent and its root decide.
 */
public final class ActivationSql {
    /**
     * INACTIVE by itself or its containers, over {@code data_object d}: objects that are disabled, or that inherit from
     * a disabled container. The containers are few and found by an index, so a search for INACTIVE objects reads no
     * others.
     */
    public static final String INACTIVE_FROM_ABOVE = """
            (d.activation = 'DISABLED' or d.activation = 'INHERIT' and d.parent_id = any(array(
                select k.id from data_object k
                 where k.normalized_type in ('DATABASE', 'SCHEMA') and k.activation = 'DISABLED'
                union all
                select k.id from data_object r join data_object k on k.parent_id = r.id
                 where r.normalized_type = 'DATABASE' and r.activation = 'DISABLED'
                   and k.normalized_type = 'SCHEMA' and k.activation = 'INHERIT')))""";

    /** The negation of {@link #INACTIVE_FROM_ABOVE}, over {@code data_object d}. */
    public static final String ACTIVE_FROM_ABOVE =
            """
            (d.activation = 'ENABLED' or d.activation = 'INHERIT' and (d.parent_id is null or d.parent_id = any(array(
                select k.id from data_object k join data_object r on r.id = k.root_id
                 where k.normalized_type in ('DATABASE', 'SCHEMA')
                   and\s""" + effective("k.activation", "r.activation") + " <> 'DISABLED'))))";

    private ActivationSql() {}

    /**
     * ENABLED or DISABLED: an object's effective activation.
     *
     * @param nearestFirst expressions of the activation of the object and of those above; null is no decision, and a
     *     subquery is run only if no expression before it decides
     */
    public static String effective(String... nearestFirst) {
        return nearest("'ENABLED'", nearestFirst);
    }

    /**
     * The initial activation of a new object, as the nearest object above sets it for new children.
     *
     * @param setting an expression of {@link Activation#ofNew}, used if no object above sets it
     * @param nearestFirst expressions of the new_child_activation of the objects above
     */
    public static String ofNew(String setting, String... nearestFirst) {
        return nearest(setting, nearestFirst);
    }

    private static String nearest(String otherwise, String... nearestFirst) {
        return Arrays.stream(nearestFirst)
                .map(decision -> "nullif(" + decision + ", 'INHERIT')")
                .collect(Collectors.joining(", ", "coalesce(", ", " + otherwise + ")"));
    }
}
