package dev.connections.api.catalog.search;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The properties by which search results can be sorted, named as in the contract. */
enum SortBy {
    @JsonProperty("name")
    NAME,
    @JsonProperty("type")
    TYPE,
    @JsonProperty("createdAt")
    CREATED_AT,
    @JsonProperty("updatedAt")
    UPDATED_AT,
    /** Objects that were never synced come first. */
    @JsonProperty("lastSyncedAt")
    LAST_SYNCED_AT
}
