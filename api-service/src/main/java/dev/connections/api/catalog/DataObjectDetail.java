package dev.connections.api.catalog;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A data object with its columns and keys, which are stored in the contract's words. */
record DataObjectDetail(
        @JsonUnwrapped DataObject object,
        int childCount,
        JsonNode columns,
        JsonNode primaryKey,
        JsonNode foreignKeys,
        @Nullable String viewDefinition) {}
