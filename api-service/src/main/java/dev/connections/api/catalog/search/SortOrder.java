package dev.connections.api.catalog.search;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The direction of a sort, named as in the contract. */
enum SortOrder {
    @JsonProperty("asc")
    ASC,
    @JsonProperty("desc")
    DESC
}
