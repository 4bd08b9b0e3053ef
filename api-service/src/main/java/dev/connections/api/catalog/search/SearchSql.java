package dev.connections.api.catalog.search;

import dev.connections.api.catalog.DataObjectRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements that answer a search, composed of fixed text; every value is a named parameter.
 *
 * <p>A search has a filter and an order, and an index can serve either of them. A walk follows the order and returns
 * the objects that match; it fills a page soon if matches are common. If they are rare, a collection reads all matches,
 * few rows, through indexes of the filter and sorts them. A short walk comes first and gives up after a number of rows;
 * then a sample decides between a longer walk and a collection. In name order, a walk skips the blocks of names that
 * cannot contain the text of the filter.
 */
final class SearchSql {
    private static final int WALKED_PER_RESULT = 100;
    /** In this order, a walk looks up each object by its id. */
    private static final int WALKED_PER_RESULT_BY_SYNC = 40;

    private static final String OF_SOME_CONNECTIONS = "{alias}.connection_id = any(cast(:connections as uuid[]))";

    /** The object belongs to one of the connections of the search. */
    static final Condition OF_CONNECTIONS = Condition.of(OF_SOME_CONNECTIONS.replace("{alias}", "d"));

    private static final String CONTAINERS = """
            left join data_object parent on parent.id = d.parent_id
              left join data_object root on root.id = d.root_id""";

    private static final String PAGE = """
            with found as (
            {found}
            )
            select {columns}, array[{key}] as key
              from found f
              join data_object d on d.id = f.id
              join connection c on c.id = d.connection_id
             order by {order}
            """;

    private static final String WALK = """
            select d.id, {key}
              from ({source}) d {containers}
             where {conditions}
             order by {order}
             limit :limit""";

    /**
     * Reads the objects themselves only as they arrive: two small indexes provide the order. The offset keeps the
     * planner from joining in the other direction, from each object of a rare type.
     */
    private static final String LOOKED_UP = """
            (select d.*, {key} from ({streams}) s
              cross join lateral (select * from data_object where id = s.id offset 0) d)""";

    private static final String CUT_SHORT = "select exists (select from ({merged}) s offset {before} limit 1)";

    private static final String MERGED = "select * from ({streams}) s order by {order} {budget}";

    private static final String STREAM =
            "(select {columns}, {key} from {tables} where {conditions} order by {order} {budget})";

    /** Without the key and the limit, the planner has no reason to follow the order again. */
    private static final String COLLECTION = """
            with hit as materialized (
                select d.id, {key}
                  from data_object d {containers} {listing}
                 where {conditions}
            )
            select * from hit h where {behind} order by {order} limit :limit""";

    private static final String BLOCKS = """
            with block as (
                select prefix, lead(prefix, 1, repeat(chr(1114111), 64)) over (order by prefix) as stop,
                       signature & name_signature(:nameContains) = name_signature(:nameContains) as fits
                  from name_block
            )
            select prefix, stop from block where fits and {behind} order by prefix {direction}
            """;

    private static final String WALK_OF_BLOCKS = """
            select d.id, {key}
              from unnest(cast(:firsts as text[]), cast(:stops as text[])) as block (first, stop)
             cross join lateral (
                select d.id, {named}
                  from data_object d {containers}
                 where d.name >= block.first and d.name < block.stop and {conditions}
                 order by {inner} limit :limit) d
             order by {order} limit :limit""";

    /** A random sample of one object in 256. */
    private static final String SAMPLE = """
            select array[(select reltuples::bigint / 256 from pg_class where oid = 'data_object'::regclass), {counts}]
              from data_object d {containers}
             where get_byte(uuid_send(d.id), 15) = 0 and {conditions}
            """;

    /** A range instead of a single value; for a single value the planner would not recognize the requested order. */
    private static final String FROM_KEY_OF_TYPE = """
            {type} >= :k0 and d.type <= {type} and d.id <> cast(:k1 as uuid)
             and (d.type, d.id) >= ({type}, case when {type} = :k0 then cast(:k1 as uuid)
                                                 else '00000000-0000-0000-0000-000000000000' end)""";

    private static final String TO_KEY_OF_TYPE = """
            {type} <= :k0 and d.type >= {type} and d.id <> cast(:k1 as uuid)
             and (d.type, d.id) <= ({type}, case when {type} = :k0 then cast(:k1 as uuid)
                                                 else 'ffffffff-ffff-ffff-ffff-ffffffffffff' end)""";

    private final Search search;
    private final Ordering ordering;

    SearchSql(Search search) {
        this.search = search;
        this.ordering = search.ordering();
    }

    /** Follows the order until the page is full or the given number of objects has been passed. */
    String walk(long most) {
        return walk("limit " + most);
    }

    /** Follows the order until the page is full. */
    String fullWalk() {
        return walk("");
    }

    /** Whether a walk that passes the given number of objects has not reached the end of the order. */
    String isCutShort(long most) {
        return CUT_SHORT.replace("{merged}", merged("limit " + most)).replace("{before}", Long.toString(most - 1));
    }

    /** The number of objects that the first walk passes. */
    long firstWalk() {
        return (long) search.limit() * (search.isBySync() ? WALKED_PER_RESULT_BY_SYNC : WALKED_PER_RESULT);
    }

    /**
     * A margin over the expected number, so that the page is almost always filled; the smaller the number, the larger
     * the margin.
     */
    long longWalk(double likely) {
        double wanted = search.limit();
        return (long) Math.ceil(likely * (1 + 3 / Math.sqrt(wanted) + 3 / wanted));
    }

    /** The blocks of names that may contain the text, in order, starting at the last object of the previous page. */
    String blocks() {
        boolean descending = ordering.order() == SortOrder.DESC;
        String behind = descending ? "prefix <= :k0" : "stop > :k0";
        return BLOCKS.replace("{behind}", search.after() == null ? "true" : behind)
                .replace("{direction}", descending ? "desc" : "asc");
    }

    /** Follows the order through the given blocks of names until the page is full. */
    String walkOfBlocks() {
        List<String> conditions = conditions(search.conditions().all());
        ofConnections(conditions);
        if (search.after() != null) {
            conditions.add(ordering.behind(ordering.expressions()));
        }
        return page(WALK_OF_BLOCKS
                .replace("{key}", String.join(", ", ordering.keys("d")))
                .replace("{containers}", containers())
                .replace("{named}", Ordering.named(ordering.expressions()))
                .replace("{conditions}", allOf(conditions))
                .replace("{inner}", ordering.sorted(ordering.expressions()))
                .replace("{order}", ordering.sortedKeys("d")));
    }

    /**
     * Counts the sample: approximately all of it; the objects within the scope of the search; and of these the ones
     * that match each condition, and all conditions.
     */
    String sample() {
        List<String> wanted = conditions(search.conditions().all());
        List<String> counts = new ArrayList<>(List.of("true"));
        counts.addAll(wanted);
        counts.add(allOf(wanted));
        List<String> conditions = new ArrayList<>(List.of("true"));
        ofConnections(conditions);
        return SAMPLE.replace(
                        "{counts}",
                        counts.stream()
                                .map("count(*) filter (where %s)"::formatted)
                                .collect(Collectors.joining(", ")))
                .replace("{containers}", containers())
                .replace("{conditions}", allOf(conditions));
    }

    /**
     * Collects all matches and sorts them.
     *
     * @param indexed the conditions whose indexes may be used, including {@link #OF_CONNECTIONS}
     */
    String collection(Set<Condition> indexed) {
        List<Condition> wanted = new ArrayList<>(search.conditions().all());
        if (search.connections() != null) {
            wanted.add(OF_CONNECTIONS);
        }
        List<String> conditions = wanted.stream()
                .map(condition -> indexed.contains(condition) ? condition.scan() : condition.filter())
                .toList();
        return page(COLLECTION
                .replace("{key}", Ordering.named(ordering.expressions()))
                .replace("{containers}", containers())
                .replace("{listing}", search.isBySync() ? "left join listing l on l.id = d.listed_with" : "")
                .replace("{conditions}", allOf(conditions))
                .replace("{behind}", search.after() == null ? "true" : ordering.behind(ordering.keys("h")))
                .replace("{order}", ordering.sortedKeys("h")));
    }

    private String walk(String budget) {
        List<String> conditions = conditions(search.conditions().all());
        if (!search.isWithinConnections()) {
            ofConnections(conditions);
        }
        String merged = merged(budget);
        String source = search.isBySync()
                ? LOOKED_UP
                        .replace("{key}", String.join(", ", ordering.keys("s")))
                        .replace("{streams}", merged)
                : merged;
        return page(WALK.replace("{key}", String.join(", ", ordering.keys("d")))
                .replace("{source}", source)
                .replace("{containers}", containers())
                .replace("{conditions}", allOf(conditions))
                .replace("{order}", ordering.sortedKeys("d")));
    }

    private String merged(String budget) {
        List<String> streams =
                parts().stream().flatMap(part -> streams(part, budget)).toList();
        return streams.size() == 1
                ? streams.getFirst()
                : MERGED.replace("{streams}", String.join("\nunion all\n", streams))
                        .replace("{order}", ordering.sortedKeys("s"))
                        .replace("{budget}", budget);
    }

    private String containers() {
        return search.conditions().state() == null ? "" : CONTAINERS;
    }

    private String page(String found) {
        String key = ordering.keys("f").stream().map(k -> k + "::text").collect(Collectors.joining(", "));
        return PAGE.replace("{found}", found)
                .replace("{columns}", DataObjectRows.COLUMNS)
                .replace("{key}", key)
                .replace("{order}", ordering.sortedKeys("f"));
    }

    /**
     * A part of the search's scope that an index provides in order.
     *
     * @param condition the condition on its objects
     * @param placed whether the condition already restricts it to objects after the key
     */
    private record Part(String condition, boolean placed) {
        Part in(String alias) {
            return new Part(condition.replace("{alias}", alias), placed);
        }

        Part and(String more) {
            return new Part(condition + "\n and " + more, placed);
        }
    }

    private List<Part> parts() {
        Stream<Part> parts = search.isByConnection()
                ? elements("connections", "uuid", search.connections())
                        .map(connection -> new Part("{alias}.connection_id = " + connection, false))
                : Stream.of(new Part(
                        search.connections() != null && search.isWithinConnections() ? OF_SOME_CONNECTIONS : "true",
                        false));
        if (search.isByType()) {
            parts = parts.flatMap(part -> elements("types", "text", search.types())
                    .map(type -> new Part(part.and(ofType(type)).condition(), true)));
        }
        return parts.toList();
    }

    private static Stream<String> elements(String array, String type, @Nullable List<?> list) {
        return IntStream.rangeClosed(1, Objects.requireNonNull(list).size())
                .mapToObj(i -> "(cast(:%s as %s[]))[%d]".formatted(array, type, i));
    }

    private String ofType(String type) {
        if (search.after() == null) {
            return "d.type between {type} and {type}".replace("{type}", type);
        }
        return (ordering.order() == SortOrder.DESC ? TO_KEY_OF_TYPE : FROM_KEY_OF_TYPE).replace("{type}", type);
    }

    /**
     * The objects of a part in order, as one stream or as several to be merged; each is read only as far as needed.
     */
    private Stream<String> streams(Part part, String budget) {
        Part ofObject = part.in("d");
        if (!search.isBySync()) {
            List<String> key = ordering.expressions();
            return Stream.of(stream("data_object d", key, key, ofObject, budget));
        }
        List<String> listed = List.of("l.listed_at", "l.id", "d.id");
        String synced = "coalesce(d.synced_at, '-infinity')";
        List<String> unlisted = List.of(synced, "cast('00000000-0000-0000-0000-000000000000' as uuid)", "d.id");
        Stream<String> present = Stream.of(
                stream(
                        "listing l join data_object d on d.listed_with = l.id",
                        listed,
                        listed.subList(0, 2),
                        part.in("l"),
                        budget),
                stream(
                        "data_object d",
                        unlisted,
                        List.of(synced),
                        ofObject.and("d.listed_with is null and d.missing_since is null"),
                        budget));
        Stream<String> missing = Stream.of(stream(
                "data_object d",
                unlisted,
                List.of(synced),
                ofObject.and("d.listed_with is null and d.missing_since is not null"),
                budget));
        Condition wanted = search.conditions().missing();
        return wanted == null ? Stream.concat(present, missing) : wanted.equals(Conditions.MISSING) ? missing : present;
    }

    private String stream(String tables, List<String> key, List<String> indexed, Part part, String budget) {
        List<String> conditions = new ArrayList<>(List.of(part.condition()));
        if (search.after() != null && !part.placed()) {
            conditions.add(indexed.size() < key.size() ? ordering.behind(key) : ordering.notSame());
            conditions.add(ordering.notBefore(indexed));
        }
        return STREAM.replace("{columns}", search.isBySync() ? "d.id" : "d.*")
                .replace("{key}", Ordering.named(key))
                .replace("{tables}", tables)
                .replace("{conditions}", allOf(conditions))
                .replace("{order}", ordering.sorted(key))
                .replace("{budget}", budget);
    }

    private void ofConnections(List<String> conditions) {
        if (search.connections() != null) {
            conditions.add(OF_CONNECTIONS.sql());
        }
    }

    private static List<String> conditions(List<Condition> conditions) {
        List<String> texts = new ArrayList<>();
        conditions.forEach(condition -> texts.add(condition.sql()));
        return texts;
    }

    private static String allOf(List<String> conditions) {
        return conditions.isEmpty() ? "true" : String.join("\n and ", conditions);
    }
}
