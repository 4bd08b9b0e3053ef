package dev.connections.api.catalog.search;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The order of search results: the requested property, then the id, so that no two objects are equal.
 *
 * <p>The time of the last sync belongs to a listing, which thousands of objects share. The listing's id stands between
 * the time and the object's id, so that objects are read in order, listing by listing, and never sorted by the hundred
 * thousand.
 */
record Ordering(SortBy by, SortOrder order) {
    /** The types of the key's values; in results the values are the columns k0, k1, ... */
    List<String> types() {
        return switch (by) {
            case NAME, TYPE -> List.of("text", "uuid");
            case CREATED_AT, UPDATED_AT -> List.of("timestamptz", "uuid");
            case LAST_SYNCED_AT -> List.of("timestamptz", "uuid", "uuid");
        };
    }

    /** The expressions of the key over {@code data_object d} and, for the last sync, its {@code listing l}. */
    List<String> expressions() {
        return switch (by) {
            case NAME -> List.of("d.name", "d.id");
            case TYPE -> List.of("d.type", "d.id");
            case CREATED_AT -> List.of("d.created_at", "d.id");
            case UPDATED_AT -> List.of("d.updated_at", "d.id");
            case LAST_SYNCED_AT ->
                List.of(
                        "coalesce(l.listed_at, d.synced_at, '-infinity')",
                        "coalesce(l.id, '00000000-0000-0000-0000-000000000000')",
                        "d.id");
        };
    }

    /** The list of an order by clause. */
    String sorted(List<String> expressions) {
        return expressions.stream()
                .map(expression -> expression + (order == SortOrder.DESC ? " desc" : ""))
                .collect(Collectors.joining(", "));
    }

    /** The list of an order by clause over the columns of a result. */
    String sortedKeys(String alias) {
        return sorted(keys(alias));
    }

    /** The columns of a result that contain the key. */
    List<String> keys(String alias) {
        return IntStream.range(0, types().size())
                .mapToObj(i -> alias + ".k" + i)
                .toList();
    }

    /** The expressions as columns k0, k1, ... */
    static String named(List<String> expressions) {
        return IntStream.range(0, expressions.size())
                .mapToObj(i -> expressions.get(i) + " as k" + i)
                .collect(Collectors.joining(", "));
    }

    /** The condition that a row comes after the key in the parameters k0, k1, ... */
    String behind(List<String> expressions) {
        return comparison(expressions, order == SortOrder.DESC ? "<" : ">");
    }

    /** The condition that a row is not the row of the key. */
    String notSame() {
        return "d.id <> cast(:k%d as uuid)".formatted(types().size() - 1);
    }

    /**
     * The condition that a row's first values are not before those of the key. The planner estimates no rows after the
     * last of few values, but does estimate rows that start at it.
     */
    String notBefore(List<String> firstExpressions) {
        return comparison(firstExpressions, order == SortOrder.DESC ? "<=" : ">=");
    }

    private String comparison(List<String> expressions, String operator) {
        String values = IntStream.range(0, expressions.size())
                .mapToObj(i -> "cast(:k%d as %s)".formatted(i, types().get(i)))
                .collect(Collectors.joining(", "));
        return "(%s) %s (%s)".formatted(String.join(", ", expressions), operator, values);
    }
}
