package dev.connections.api.catalog.search;

import dev.connections.api.catalog.search.SearchRequest.ObjectFilter;
import dev.connections.api.catalog.search.SearchRequest.PathStep;
import dev.connections.catalog.ActivationSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a search, one for each property of the filter.
 *
 * @param plain all conditions but the one on the state; they read only the object's own row
 * @param state the condition on the effective state, which also depends on the containers: the joined rows {@code
 *     parent} and {@code root}
 * @param pointed whether one condition matches so few objects that all matches are read through its index
 * @param contains the plain condition that the name contains a text
 * @param missing the plain condition that the objects are missing, or are not
 */
record Conditions(
        List<Condition> plain,
        @Nullable Condition state,
        boolean pointed,
        @Nullable Condition contains,
        @Nullable Condition missing) {
    private static final String NAME_CONTAINS = "strpos(folded(d.name), folded(:nameContains)) > 0";
    private static final String NAME_CONTAINS_PAIRS = "bigrams(d.name) @> cast(:pairs as text[]) and " + NAME_CONTAINS;

    static final Condition MISSING = Condition.of("d.missing_since is not null");
    static final Condition PRESENT = Condition.of("d.missing_since is null");

    /** The object has one of the types of the search. */
    private static final Condition OF_TYPES = Condition.of("d.type = any(cast(:types as text[]))");

    private static final String OBJECT_PATH =
            "d.path = cast(:pathNames as text[]) and d.path_types = cast(:pathTypes as text[])";

    /** With the containers joined to the object; most objects share them with an object that was just read. */
    private static final String EFFECTIVE =
            ActivationSql.effective("d.activation", "parent.activation", "root.activation");

    Conditions {
        plain = List.copyOf(plain);
    }

    static Conditions of(ObjectFilter filter) {
        List<Condition> plain = new ArrayList<>();
        add(plain, filter.name(), v -> new Condition("d.name = :name", "name", v));
        add(plain, filter.remoteId(), v -> new Condition("d.remote_id = :remoteId", "remoteId", v));
        add(plain, filter.simpleObjectPath(), Conditions::path);
        add(plain, filter.objectPath(), Conditions::objectPath);
        boolean pointed = !plain.isEmpty();
        add(
                plain,
                filter.columnName(),
                v -> new Condition("d.column_names @> array[cast(:column as text)]", "column", v));
        if (filter.objectType() != null || filter.normalizedType() != null) {
            plain.add(OF_TYPES);
        }
        Condition missing = filter.remoteState() == null ? null : remoteState(filter.remoteState());
        if (missing != null) {
            plain.add(missing);
        }
        String text = filter.nameContains();
        Condition contains =
                text == null ? null : new Condition(NAME_CONTAINS, NAME_CONTAINS_PAIRS, Map.of("nameContains", text));
        if (contains != null) {
            plain.add(contains);
        }
        return new Conditions(plain, filter.state() == null ? null : state(filter.state()), pointed, contains, missing);
    }

    /** All conditions, the cheaper ones first. */
    List<Condition> all() {
        if (state == null) {
            return plain;
        }
        List<Condition> all = new ArrayList<>(plain);
        all.add(state);
        return all;
    }

    private static <T> void add(List<Condition> conditions, @Nullable T member, Function<T, Condition> condition) {
        if (member != null) {
            conditions.add(condition.apply(member));
        }
    }

    private static Condition objectPath(PathStep outermost) {
        List<PathStep> steps = outermost.unfold();
        return new Condition(
                OBJECT_PATH,
                OBJECT_PATH,
                Map.of(
                        "pathNames", steps.stream().map(PathStep::name).toArray(String[]::new),
                        "pathTypes", steps.stream().map(PathStep::type).toArray(String[]::new)));
    }

    private static Condition path(List<String> names) {
        return new Condition("d.path = cast(:path as text[])", "path", names.toArray(String[]::new));
    }

    private static Condition state(String state) {
        return state.equals("ACTIVE")
                ? new Condition(EFFECTIVE + " <> 'DISABLED'", ActivationSql.ACTIVE_FROM_ABOVE, Map.of())
                : new Condition(EFFECTIVE + " = 'DISABLED'", ActivationSql.INACTIVE_FROM_ABOVE, Map.of());
    }

    private static Condition remoteState(String state) {
        return state.equals("MISSING") ? MISSING : PRESENT;
    }
}
