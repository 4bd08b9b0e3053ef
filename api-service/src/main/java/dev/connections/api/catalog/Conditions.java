package dev.connections.api.catalog;

import dev.connections.api.catalog.SearchRequest.ObjectFilter;
import dev.connections.api.catalog.SearchRequest.PathStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a search, one for each member of the filter.
 *
 * @param all what must hold of a row that is at hand
 * @param scannable the same, in words that lead to indexes where those of a single row would not
 * @param scannableOtherwise the same, for names of which so many contain the text that its index is of no help
 * @param pointed whether one of them holds for so few objects that its index is the way to all of them
 * @param contains the one that looks for a text in the name
 */
record Conditions(
        List<Condition> all,
        List<Condition> scannable,
        List<Condition> scannableOtherwise,
        boolean pointed,
        @Nullable Condition contains) {
    private static final String NAME_CONTAINS = "strpos(lower(d.name collate \"default\"), lower(:nameContains)) > 0";
    private static final String NAME_CONTAINS_PAIRS = "bigrams(d.name) @> bigrams(:nameContains) and " + NAME_CONTAINS;

    private static final String OBJECT_PATH =
            "d.path = cast(:pathNames as text[]) and d.path_types = cast(:pathTypes as text[])";

    private static final String EFFECTIVELY_INACTIVE = "(%s) = 'DISABLED'".formatted(DataObjectRows.ACTIVATION);
    private static final String EFFECTIVELY_ACTIVE = "(%s) <> 'DISABLED'".formatted(DataObjectRows.ACTIVATION);

    /** The inactive ones from above: what is disabled itself, and what inherits from a disabled container. */
    private static final String BELOW_INACTIVE = """
            (d.activation = 'DISABLED' or d.activation = 'INHERIT' and d.parent_id = any(array(
                select k.id from data_object k
                 where k.normalized_type in ('DATABASE', 'SCHEMA') and k.activation = 'DISABLED'
                union all
                select k.id from data_object r join data_object k on k.parent_id = r.id
                 where r.normalized_type = 'DATABASE' and r.activation = 'DISABLED'
                   and k.normalized_type = 'SCHEMA' and k.activation = 'INHERIT')))""";

    private static final String BELOW_ACTIVE = """
            (d.activation = 'ENABLED' or d.activation = 'INHERIT' and (d.parent_id is null or d.parent_id = any(array(
                select k.id from data_object k join data_object r on r.id = k.root_id
                 where k.normalized_type in ('DATABASE', 'SCHEMA')
                   and coalesce(nullif(k.activation, 'INHERIT'), r.activation) <> 'DISABLED'))))""";

    static Conditions of(ObjectFilter filter) {
        List<Condition> both = new ArrayList<>();
        add(both, filter.name(), v -> new Condition("d.name = :name", "name", v));
        add(both, filter.remoteId(), v -> new Condition("d.remote_id = :remoteId", "remoteId", v));
        add(both, filter.simpleObjectPath(), Conditions::path);
        add(both, filter.objectPath(), Conditions::objectPath);
        boolean pointed = !both.isEmpty();
        add(
                both,
                filter.columnName(),
                v -> new Condition("d.column_names @> array[cast(:column as text)]", "column", v));
        boolean indexed = !both.isEmpty();
        add(both, filter.objectType(), v -> new Condition("d.type = :type", "type", v));
        add(
                both,
                filter.normalizedType(),
                v -> new Condition("d.normalized_type = :normalizedType", "normalizedType", v));
        add(both, filter.remoteState(), v -> new Condition(remoteState(v), Map.of()));

        String text = filter.nameContains();
        Condition contains = text == null ? null : new Condition(NAME_CONTAINS, "nameContains", text);
        Condition byPairs = text == null ? null : new Condition(NAME_CONTAINS_PAIRS, "nameContains", text);
        Condition effective = filter.state() == null ? null : new Condition(effective(filter.state()), Map.of());
        Condition inherited = filter.state() == null ? null : new Condition(inherited(filter.state()), Map.of());
        return new Conditions(
                with(both, contains, effective),
                with(both, byPairs, indexed || text != null ? effective : inherited),
                with(both, contains, indexed ? effective : inherited),
                pointed,
                contains);
    }

    private static List<Condition> with(List<Condition> conditions, @Nullable Condition... more) {
        List<Condition> all = new ArrayList<>(conditions);
        for (Condition condition : more) {
            if (condition != null) {
                all.add(condition);
            }
        }
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
                Map.of(
                        "pathNames", steps.stream().map(PathStep::name).toArray(String[]::new),
                        "pathTypes", steps.stream().map(PathStep::type).toArray(String[]::new)));
    }

    private static Condition path(List<String> names) {
        return new Condition("d.path = cast(:path as text[])", "path", names.toArray(String[]::new));
    }

    private static String effective(String state) {
        return state.equals("ACTIVE") ? EFFECTIVELY_ACTIVE : EFFECTIVELY_INACTIVE;
    }

    private static String inherited(String state) {
        return state.equals("ACTIVE") ? BELOW_ACTIVE : BELOW_INACTIVE;
    }

    private static String remoteState(String state) {
        return state.equals("MISSING") ? "d.missing_since is not null" : "d.missing_since is null";
    }
}
