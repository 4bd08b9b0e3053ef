package dev.connections.api.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements that answer a search, made of fixed text; every value is a named parameter.
 *
 * <p>A search has a filter and an order, and an index can serve either of the two. The short walk follows the order and
 * keeps what fits: it finds a page at once if objects that fit are common, and gives up after so many rows. If they are
 * rare, the collection then gathers them through the filter's index - few rows - and sorts them. Only where they are
 * common and yet none came first, the full walk goes on until it meets them. In the order of names it passes over the
 * blocks that cannot have the text that the names are to contain.
 */
final class SearchSql {
    private static final int WALKED_PER_RESULT = 100;
    private static final int WALKED_PER_COMMON_RESULT = 600;
    private static final int MOST_STREAMS = 16;

    private static final String OF_CONNECTIONS = "{alias}.connection_id = any(cast(:connections as uuid[]))";

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
              from ({source}) d
             where {conditions}
             order by {order}
             limit :limit""";

    /**
     * Reads the objects themselves only while they come: the order is known from two small indexes. The offset keeps the
     * planner from going the other way, from each object of a rare type through all that came.
     */
    private static final String LOOKED_UP = """
            (select d.*, {key} from ({streams}) s
              cross join lateral (select * from data_object where id = s.id offset 0) d)""";

    private static final String MERGED = "select * from ({streams}) s order by {order} {budget}";

    private static final String STREAM =
            "(select {columns}, {key} from {tables} where {conditions} order by {order} {budget})";

    /** Without the key and the limit the planner has no reason to follow the order once more. */
    private static final String COLLECTION = """
            with hit as materialized (
                select d.id, {key}
                  from data_object d {listing}
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
                  from data_object d
                 where d.name >= block.first and d.name < block.stop and {conditions}
                 order by {inner} limit :limit) d
             order by {order} limit :limit""";

    /** Of one object in 256, by chance; up to as many as make the others common. */
    private static final String SAMPLE = """
            select count(*)
              from (select from data_object d
                     where get_byte(uuid_send(d.id), 15) = 0 and {conditions} limit :common) sample
            """;

    private static final String COUNT = "explain (format json) select from data_object d where {conditions}";

    private final Search search;
    private final Ordering ordering;

    SearchSql(Search search) {
        this.search = search;
        this.ordering = search.ordering();
    }

    /** Follows the order for a while; finds every object that fits only if the page gets full. */
    String shortWalk() {
        return walk("limit " + WALKED_PER_RESULT * search.limit());
    }

    /** Follows the order far enough to find a page of what is in the sample, unless it all lies together. */
    String longWalk() {
        return walk("limit " + WALKED_PER_COMMON_RESULT * search.limit());
    }

    /** Follows the order until the page is full. */
    String fullWalk() {
        return walk("");
    }

    /** The blocks of names that may have the text, in order, from that of the last object already seen. */
    String blocks() {
        boolean descending = ordering.order() == SortOrder.DESC;
        String behind = descending ? "prefix <= :k0" : "stop > :k0";
        return BLOCKS.replace("{behind}", search.after() == null ? "true" : behind)
                .replace("{direction}", descending ? "desc" : "asc");
    }

    /** Follows the order through some blocks of names until the page is full. */
    String walkOfBlocks() {
        List<String> conditions = conditions(search.conditions().all());
        ofConnections(conditions);
        if (search.after() != null) {
            conditions.add(ordering.behind(ordering.expressions()));
        }
        return page(WALK_OF_BLOCKS
                .replace("{key}", String.join(", ", ordering.keys("d")))
                .replace("{named}", Ordering.named(ordering.expressions()))
                .replace("{conditions}", allOf(conditions))
                .replace("{inner}", ordering.sorted(ordering.expressions()))
                .replace("{order}", ordering.sortedKeys("d")));
    }

    /** Counts the objects of the sample whose name contains the text. */
    String sampleOfNames(Condition contains) {
        return sample(List.of(contains));
    }

    /** Counts the objects of the sample that fit. */
    String sample() {
        return sample(search.conditions().all());
    }

    private String sample(List<Condition> wanted) {
        return SAMPLE.replace("{conditions}", conditionsOf(wanted));
    }

    /** Gathers whatever fits and sorts it. */
    String collection() {
        return collection(search.conditions().scannable());
    }

    /** The same, by any index but that of the names. */
    String collectionOtherwise() {
        return collection(search.conditions().scannableOtherwise());
    }

    private String collection(List<Condition> scannable) {
        return page(COLLECTION
                .replace("{key}", Ordering.named(ordering.expressions()))
                .replace(
                        "{listing}",
                        ordering.by() == SortBy.LAST_SYNCED_AT ? "left join listing l on l.id = d.listed_with" : "")
                .replace("{conditions}", conditionsOf(scannable))
                .replace("{behind}", search.after() == null ? "true" : ordering.behind(ordering.keys("h")))
                .replace("{order}", ordering.sortedKeys("h")));
    }

    /** Asks the planner how many objects it expects to fit. */
    String estimate() {
        return COUNT.replace("{conditions}", conditionsOf(search.conditions().scannable()));
    }

    private String walk(String budget) {
        List<UUID> connections = search.connections();
        List<String> conditions = conditions(search.conditions().all());
        boolean bySync = ordering.by() == SortBy.LAST_SYNCED_AT;
        List<String> streams;
        if (connections != null && connections.size() <= (bySync ? 1 : MOST_STREAMS)) {
            streams = IntStream.rangeClosed(1, connections.size())
                    .mapToObj("{alias}.connection_id = (cast(:connections as uuid[]))[%d]"::formatted)
                    .flatMap(ofConnection -> streams(ofConnection, budget))
                    .toList();
        } else {
            streams = streams(connections == null ? "true" : OF_CONNECTIONS, budget)
                    .toList();
        }
        String merged = streams.size() == 1
                ? streams.getFirst()
                : MERGED.replace("{streams}", String.join("\nunion all\n", streams))
                        .replace("{order}", ordering.sortedKeys("s"))
                        .replace("{budget}", budget);
        String source = bySync
                ? LOOKED_UP
                        .replace("{key}", String.join(", ", ordering.keys("s")))
                        .replace("{streams}", merged)
                : merged;
        return page(WALK.replace("{key}", String.join(", ", ordering.keys("d")))
                .replace("{source}", source)
                .replace("{conditions}", allOf(conditions))
                .replace("{order}", ordering.sortedKeys("d")));
    }

    private String page(String found) {
        String key = ordering.keys("f").stream().map(k -> k + "::text").collect(Collectors.joining(", "));
        return PAGE.replace("{found}", found)
                .replace("{columns}", DataObjectRows.COLUMNS)
                .replace("{key}", key)
                .replace("{order}", ordering.sortedKeys("f"));
    }

    /** The objects in order, as one stream or as several to be merged; each is read only as far as it is asked. */
    private Stream<String> streams(String ofConnection, String budget) {
        String ofObject = ofConnection.replace("{alias}", "d");
        if (ordering.by() != SortBy.LAST_SYNCED_AT) {
            List<String> key = ordering.expressions();
            String condition = ordering.by() == SortBy.ID_OF_TYPE ? ofObject + " and d.type = :type" : ofObject;
            return Stream.of(stream("data_object d", key, key, condition, budget));
        }
        List<String> listed = List.of("l.listed_at", "l.id", "d.id");
        String synced = "coalesce(d.synced_at, '-infinity')";
        List<String> unlisted = List.of(synced, "cast('00000000-0000-0000-0000-000000000000' as uuid)", "d.id");
        return Stream.of(
                stream(
                        "listing l join data_object d on d.listed_with = l.id",
                        listed,
                        listed.subList(0, 2),
                        ofConnection.replace("{alias}", "l"),
                        budget),
                stream(
                        "data_object d",
                        unlisted,
                        List.of(synced),
                        ofObject + " and d.listed_with is null and d.missing_since is null",
                        budget),
                stream(
                        "data_object d",
                        unlisted,
                        List.of(synced),
                        ofObject + " and d.listed_with is null and d.missing_since is not null",
                        budget));
    }

    private String stream(String tables, List<String> key, List<String> indexed, String condition, String budget) {
        List<String> conditions = new ArrayList<>(List.of(condition));
        if (search.after() != null) {
            conditions.add(ordering.behind(key));
            if (indexed.size() < key.size()) {
                conditions.add(ordering.notBefore(indexed));
            }
        }
        return STREAM.replace("{columns}", ordering.by() == SortBy.LAST_SYNCED_AT ? "d.id" : "d.*")
                .replace("{key}", Ordering.named(key))
                .replace("{tables}", tables)
                .replace("{conditions}", allOf(conditions))
                .replace("{order}", ordering.sorted(key))
                .replace("{budget}", budget);
    }

    private String conditionsOf(List<Condition> wanted) {
        List<String> conditions = conditions(wanted);
        ofConnections(conditions);
        return allOf(conditions);
    }

    private void ofConnections(List<String> conditions) {
        if (search.connections() != null) {
            conditions.add(OF_CONNECTIONS.replace("{alias}", "d"));
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
