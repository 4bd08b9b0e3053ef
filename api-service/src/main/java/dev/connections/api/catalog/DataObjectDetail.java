package dev.connections.api.catalog;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.connections.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.DigestUtils;
import tools.jackson.databind.JsonNode;

/** A data object with its columns and keys, which are stored in the contract's words. */
record DataObjectDetail(
        @JsonUnwrapped DataObject object,
        int childCount,
        List<Column> columns,
        JsonNode primaryKey,
        JsonNode foreignKeys,
        @Nullable String viewDefinition) {
    DataObjectDetail {
        columns = List.copyOf(columns);
    }

    /**
     * A strong entity tag, in quotes. It covers the whole answer, because a listing or the settings of a container can
     * change the answer without changing the object's row.
     */
    String entityTag() {
        return '"' + DigestUtils.md5DigestAsHex(Json.write(this).getBytes(StandardCharsets.UTF_8)) + '"';
    }
}
