package dev.connections.api.catalog.search;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What search results can be sorted by, named as in the contract. */
enum SortBy {
    @JsonProperty("name")
    NAME,
    @JsonProperty("type")
    TYPE,
    @JsonProperty("createdAt")
    CREATED_AT,
    @JsonProperty("updatedAt")
    UPDATED_AT,
    /** An object that was never synced comes before all others. */
    @JsonProperty("lastSyncedAt")
    LAST_SYNCED_AT
}
