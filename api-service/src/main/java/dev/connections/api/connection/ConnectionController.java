package dev.connections.api.connection;

import dev.connections.api.http.conditional.IfMatch;
import dev.connections.api.http.contract.Contract;
import dev.connections.api.http.page.Cursors;
import dev.connections.api.http.page.Page;
import dev.connections.api.http.problem.ConnectionProblems;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping(path = "/api/connections", produces = MediaType.APPLICATION_JSON_VALUE)
class ConnectionController {
    private final Contract contract;
    private final Cursors cursors;
    private final ConnectionStore connections;
    private final ConnectionCreation creation;
    private final ConnectionUpdate update;
    private final ConnectionLifecycle lifecycle;

    ConnectionController(
            Contract contract,
            Cursors cursors,
            ConnectionStore connections,
            ConnectionCreation creation,
            ConnectionUpdate update,
            ConnectionLifecycle lifecycle) {
        this.contract = contract;
        this.cursors = cursors;
        this.connections = connections;
        this.creation = creation;
        this.update = update;
        this.lifecycle = lifecycle;
    }

    @GetMapping
    Page<Connection> list(
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam @Nullable String cursor,
            @RequestParam @Nullable String state,
            @RequestParam @Nullable String technology) {
        String list = "connections?" + state + "&" + technology;
        String after = cursor == null ? null : cursors.decode(list, cursor).getFirst();
        return Page.of(
                        connections.list(state, technology, after, limit + 1),
                        limit,
                        last -> cursors.encode(list, List.of(last.connectionKey())))
                .map(connection -> connection.answer(null));
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Connection> create(@RequestBody(required = false) byte @Nullable [] body, Principal caller) {
        JsonNode request = contract.validate("CreateConnectionRequest", body, ConfigurationRules::ofCreation);
        Connection created = creation.create(request, caller.getName());
        return ResponseEntity.created(URI.create("/api/connections/" + created.connectionKey()))
                .eTag(created.entityTag())
                .body(created);
    }

    @GetMapping("/{connectionKey}")
    ResponseEntity<Connection> get(@PathVariable String connectionKey) {
        return tagged(connections
                .find(connectionKey)
                .orElseThrow(() -> ConnectionProblems.noSuchConnection(connectionKey))
                .answer(null));
    }

    @PatchMapping(
            path = "/{connectionKey}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<Connection> update(
            @PathVariable String connectionKey,
            @RequestParam(defaultValue = "false") boolean dryRun,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) byte @Nullable [] body,
            Principal caller) {
        JsonNode patch = contract.validate("UpdateConnectionRequest", body);
        IfMatch condition = new IfMatch(ifMatch);
        return tagged(
                dryRun
                        ? update.dryRun(connectionKey, patch, condition)
                        : update.apply(connectionKey, patch, condition, caller.getName()));
    }

    @PostMapping("/{connectionKey}/activate")
    ResponseEntity<Connection> activate(
            @PathVariable String connectionKey,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal caller) {
        return tagged(lifecycle.activate(connectionKey, new IfMatch(ifMatch), caller.getName()));
    }

    @PostMapping("/{connectionKey}/deactivate")
    ResponseEntity<Connection> deactivate(
            @PathVariable String connectionKey,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal caller) {
        return tagged(lifecycle.deactivate(connectionKey, new IfMatch(ifMatch), caller.getName()));
    }

    private static ResponseEntity<Connection> tagged(Connection connection) {
        return ResponseEntity.ok().eTag(connection.entityTag()).body(connection);
    }
}
