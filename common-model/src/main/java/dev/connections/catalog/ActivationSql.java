package dev.connections.catalog;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The rule of {@link Activation} in SQL. Expressions and not functions, so that the planner sees through them; no tree is
 * deeper than three levels, so an object, its parent and its root are all there is to ask.
 */
public final class ActivationSql {
    /**
     * INACTIVE from above, over {@code data_object d}: what is disabled itself, and what inherits from a container that
     * is. The containers are few and found by an index, so that a search for INACTIVE objects reads no others.
     */
    public static final String INACTIVE_FROM_ABOVE = """
            (d.activation = 'DISABLED' or d.activation = 'INHERIT' and d.parent_id = any(array(
                select k.id from data_object k
                 where k.normalized_type in ('DATABASE', 'SCHEMA') and k.activation = 'DISABLED'
                union all
                select k.id from data_object r join data_object k on k.parent_id = r.id
                 where r.normalized_type = 'DATABASE' and r.activation = 'DISABLED'
                   and k.normalized_type = 'SCHEMA' and k.activation = 'INHERIT')))""";

    /** ACTIVE from above, over {@code data_object d}: the counterpart of {@link #INACTIVE_FROM_ABOVE}. */
    public static final String ACTIVE_FROM_ABOVE =
            """
            (d.activation = 'ENABLED' or d.activation = 'INHERIT' and (d.parent_id is null or d.parent_id = any(array(
                select k.id from data_object k join data_object r on r.id = k.root_id
                 where k.normalized_type in ('DATABASE', 'SCHEMA')
                   and\s""" + effective("k.activation", "r.activation") + " <> 'DISABLED'))))";

    private ActivationSql() {}

    /**
     * ENABLED or DISABLED: what an object's activation comes to.
     *
     * @param nearestFirst expressions of the object's activation and of those above; one that is null decides nothing,
     *     and one that is a subquery is run only where those before it decide nothing
     */
    public static String effective(String... nearestFirst) {
        return nearest("'ENABLED'", nearestFirst);
    }

    /**
     * The activation that a new object starts with: what the nearest object above says of new ones.
     *
     * @param setting an expression of {@link Activation#ofNew}, for where none says anything
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
