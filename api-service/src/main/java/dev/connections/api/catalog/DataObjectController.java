package dev.connections.api.catalog;

import dev.connections.api.http.conditional.IfMatch;
import dev.connections.api.http.contract.Contract;
import dev.connections.api.http.page.Cursors;
import dev.connections.api.http.page.Page;
import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.api.task.TaskAccepted;
import dev.connections.catalog.Activation;
import java.security.Principal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping(path = "/api/connections/{connectionKey}/data", produces = MediaType.APPLICATION_JSON_VALUE)
class DataObjectController {
    private final Contract contract;
    private final Cursors cursors;
    private final DataObjectStore objects;
    private final DataObjectChange change;

    DataObjectController(Contract contract, Cursors cursors, DataObjectStore objects, DataObjectChange change) {
        this.contract = contract;
        this.cursors = cursors;
        this.objects = objects;
        this.change = change;
    }

    @GetMapping
    Page<DataObject> listTopLevel(
            @PathVariable String connectionKey,
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam @Nullable String cursor) {
        if (!objects.hasConnection(connectionKey)) {
            throw ConnectionProblems.noSuchConnection(connectionKey);
        }
        String list = "top-level data objects of " + connectionKey;
        return page(list, limit, objects.topLevel(connectionKey, after(list, cursor), limit + 1));
    }

    @GetMapping("/{dataObjectId}")
    ResponseEntity<DataObjectDetail> get(@PathVariable String connectionKey, @PathVariable UUID dataObjectId) {
        return tagged(
                objects.find(connectionKey, dataObjectId).orElseThrow(() -> notFound(connectionKey, dataObjectId)));
    }

    @GetMapping("/{dataObjectId}/children")
    Page<DataObject> listChildren(
            @PathVariable String connectionKey,
            @PathVariable UUID dataObjectId,
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam @Nullable String cursor) {
        requireObject(connectionKey, dataObjectId);
        String list = "children of data object " + dataObjectId;
        return page(list, limit, objects.children(connectionKey, dataObjectId, after(list, cursor), limit + 1));
    }

    @PatchMapping(
            path = "/{dataObjectId}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<DataObjectDetail> update(
            @PathVariable String connectionKey,
            @PathVariable UUID dataObjectId,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) byte @Nullable [] body,
            Principal caller) {
        JsonNode settings = contract.validate("UpdateDataObjectRequest", body).path("settings");
        return tagged(change.settings(
                        connectionKey,
                        dataObjectId,
                        activation(settings.path("activation")),
                        activation(settings.path("newChildActivation")),
                        new IfMatch(ifMatch),
                        caller.getName())
                .orElseThrow(() -> notFound(connectionKey, dataObjectId)));
    }

    @DeleteMapping("/{dataObjectId}")
    ResponseEntity<TaskAccepted> delete(
            @PathVariable String connectionKey,
            @PathVariable UUID dataObjectId,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal caller) {
        return change.deletion(connectionKey, dataObjectId, new IfMatch(ifMatch), caller.getName())
                .orElseThrow(() -> notFound(connectionKey, dataObjectId))
                .accepted();
    }

    private static ResponseEntity<DataObjectDetail> tagged(DataObjectDetail object) {
        return ResponseEntity.ok().eTag(object.entityTag()).body(object);
    }

    private Page<DataObject> page(String list, int limit, List<Listed> rows) {
        return Page.of(rows, limit, last -> cursors.encode(list, last.key())).map(Listed::object);
    }

    private @Nullable List<String> after(String list, @Nullable String cursor) {
        return cursor == null ? null : cursors.decode(list, cursor);
    }

    private void requireObject(String connectionKey, UUID id) {
        if (!objects.has(connectionKey, id)) {
            throw notFound(connectionKey, id);
        }
    }

    private ProblemException notFound(String connectionKey, UUID id) {
        return objects.hasConnection(connectionKey)
                ? ProblemException.notFound("Connection '" + connectionKey + "' has no data object " + id
                        + "; POST /api/connections/data/search finds data objects.")
                : ConnectionProblems.noSuchConnection(connectionKey);
    }

    private static @Nullable Activation activation(JsonNode setting) {
        return setting.isMissingNode() ? null : Activation.valueOf(setting.stringValue());
    }
}
