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
 * common and yet none came first, the full walk goes on until it meets them.
 */
final class SearchSql {
    private static final int WALKED_PER_RESULT = 100;
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

    /** Reads the objects themselves only while they come: the order is known from two small indexes. */
    private static final String LOOKED_UP = "(select d.*, {key} from ({streams}) s join data_object d on d.id = s.id)";

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

    /** Follows the order until the page is full. */
    String fullWalk() {
        return walk("");
    }

    /** Gathers whatever fits and sorts it. */
    String collection() {
        return page(COLLECTION
                .replace("{key}", Ordering.named(ordering.expressions()))
                .replace(
                        "{listing}",
                        ordering.by() == SortBy.LAST_SYNCED_AT ? "left join listing l on l.id = d.listed_with" : "")
                .replace("{conditions}", scannable())
                .replace("{behind}", search.after() == null ? "true" : ordering.behind(ordering.keys("h")))
                .replace("{order}", ordering.sortedKeys("h")));
    }

    /** Asks the planner how many objects it expects to fit. */
    String estimate() {
        return COUNT.replace("{conditions}", scannable());
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

    private String scannable() {
        List<String> conditions = conditions(search.conditions().scannable());
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
