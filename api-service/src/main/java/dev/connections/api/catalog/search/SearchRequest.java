package dev.connections.api.catalog.search;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of a search that has been validated against the contract. */
record SearchRequest(
        @Nullable ConnectionFilter connection,
        ObjectFilter dataObject,
        @Nullable Integer limit,
        @Nullable String cursor,
        @Nullable SortBy sortBy,
        @Nullable SortOrder sortOrder) {

    /** Either a key, or a technology with an optional host and port. */
    record ConnectionFilter(
            @Nullable String connectionKey,
            @Nullable Technology technology,
            @Nullable String host,
            @Nullable Integer port) {}

    /** The conditions on an object; a null property is no condition. */
    record ObjectFilter(
            @Nullable String name,
            @Nullable String nameContains,
            @Nullable String objectType,
            @Nullable NormalizedType normalizedType,
            @Nullable String remoteId,
            @Nullable List<String> simpleObjectPath,
            @Nullable PathStep objectPath,
            @Nullable String columnName,
            @Nullable String state,
            @Nullable String remoteState) {}

    /** One level of a path, which contains the next level. */
    record PathStep(String name, String type, @Nullable PathStep child) {
        /** The steps, from the outermost to the innermost. */
        List<PathStep> unfold() {
            List<PathStep> steps = new ArrayList<>();
            for (PathStep step = this; step != null; step = step.child()) {
                steps.add(step);
            }
            return steps;
        }
    }

    /** The size of a page. */
    int pageSize() {
        return limit == null ? 20 : limit;
    }

    /** Identifies the list that this search produces: equal for all its pages, different for any other search. */
    String list() {
        return "data objects?"
                + Json.write(new SearchRequest(
                        connection,
                        dataObject,
                        null,
                        null,
                        ordering().by(),
                        ordering().order()));
    }

    /** The order of the results. */
    Ordering ordering() {
        return new Ordering(
                Objects.requireNonNullElse(sortBy, SortBy.NAME), Objects.requireNonNullElse(sortOrder, SortOrder.ASC));
    }
}
