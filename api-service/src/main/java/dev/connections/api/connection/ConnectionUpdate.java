package dev.connections.api.connection;

import dev.connections.api.connection.Connection.Impact;
import dev.connections.api.database.pool.LongWork;
import dev.connections.api.http.conditional.IfMatch;
import dev.connections.api.http.contract.Contract;
import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.api.http.problem.Violation;
import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.ConnectionState;
import dev.connections.connection.SecretSealer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Service;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies a merge patch to a connection. */
@Service
class ConnectionUpdate {
    private static final String CONFIGURATION = "clientConfiguration";
    private static final String SETTINGS = "settings";
    private static final Set<String> NULLABLE_SETTINGS = Set.of("schedule", "missingObjectRetention");
    private static final int ATTEMPTS = 5;

    private final Contract contract;
    private final ConnectionStore connections;
    private final ImpactStore impacts;
    private final PatternCheck patterns;
    private final SecretSealer sealer;
    private final LongWork longWork;

    ConnectionUpdate(
            Contract contract,
            ConnectionStore connections,
            ImpactStore impacts,
            PatternCheck patterns,
            SecretSealer sealer,
            LongWork longWork) {
        this.contract = contract;
        this.connections = connections;
        this.impacts = impacts;
        this.patterns = patterns;
        this.sealer = sealer;
        this.longWork = longWork;
    }

    /** Stores the patched connection. */
    Connection apply(String key, JsonNode patch, IfMatch ifMatch, String actor) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Patched patched = patch(key, patch, ifMatch);
            if (patched.changesNothing()) {
                return patched.before().answer(null);
            }
            boolean reschedule = !Objects.equals(
                    patched.before().settings().crawl().schedule(),
                    patched.after().settings().crawl().schedule());
            Optional<StoredConnection> stored = connections.update(patched.after(), reschedule, actor);
            if (stored.isPresent()) {
                return stored.get().answer(null);
            }
        }
        throw ProblemException.conflict(
                "concurrent-update",
                "Unable to update connection. It was changed concurrently; read it again and repeat the change.");
    }

    /** Stores nothing; returns the patched connection and what the patch would change. */
    Connection dryRun(String key, JsonNode patch, IfMatch ifMatch) {
        Patched patched = patch(key, patch, ifMatch);
        StoredConnection before = patched.before();
        StoredConnection after = patched.after();
        List<String> changes = new ArrayList<>(MergePatch.differences(
                before.redacted(), patched.requested(), JsonPointer.compile("/" + CONFIGURATION)));
        changes.addAll(MergePatch.differences(
                before.settingsTree(), after.settingsTree(), JsonPointer.compile("/" + SETTINGS)));
        long leaving = longWork.of(() -> impacts.objectsLeavingScope(
                before.id(),
                before.settings().crawl().patterns(),
                after.settings().crawl().patterns()));
        return after.answer(new Impact(changes, leaving, impacts.tasksInFlight(before.id())));
    }

    private Patched patch(String key, JsonNode patch, IfMatch ifMatch) {
        StoredConnection before = connections.find(key).orElseThrow(() -> ConnectionProblems.noSuchConnection(key));
        ifMatch.require(before.entityTag());
        if (!ConnectionState.IN_USE.contains(before.state())) {
            throw ConnectionProblems.stateForbids(
                    "Unable to update connection. Connection state must be ACTIVE or UNHEALTHY to be updated.");
        }
        boolean newLogin = changesAuthenticationType(before, patch);
        JsonNode stored = newLogin ? withoutCredential(before.sealed()) : before.sealed();
        JsonNode requested = patch.has(CONFIGURATION)
                ? MergePatch.apply(SecretSealer.redact(stored), patch.path(CONFIGURATION), Set.of())
                : before.redacted();
        JsonNode settings = MergePatch.apply(before.settingsTree(), patch.path(SETTINGS), NULLABLE_SETTINGS);
        refuseWhatIsWrong(before, requested, patch.has(SETTINGS) ? settings : before.settingsTree());
        Contract.refuse(ConfigurationRules.ofKeptSecrets(before.technology(), requested, stored));
        ConnectionSettings filled = before.settings();
        if (patch.has(SETTINGS)) {
            filled = SettingsDefaults.fillIn(settings);
            patterns.require(filled.crawl().patterns());
        }
        JsonNode sealed = sealer.seal(before.id(), before.technology(), requested, stored);
        return new Patched(before, before.with(sealed, filled), requested);
    }

    private void refuseWhatIsWrong(StoredConnection before, JsonNode requested, JsonNode settings) {
        List<Violation> violations = new ArrayList<>(
                contract.violations(Contract.configurationOf(before.technology()), requested, "/" + CONFIGURATION));
        violations.addAll(contract.violations("ConnectionSettings", settings, "/" + SETTINGS));
        violations.addAll(ConfigurationRules.ofConfiguration(before.technology(), requested));
        violations.addAll(ConfigurationRules.ofSettings(settings));
        Contract.refuse(violations);
    }

    private static boolean changesAuthenticationType(StoredConnection before, JsonNode patch) {
        JsonPointer type = JsonPointer.compile("/credential/authenticationType");
        JsonNode requested = patch.path(CONFIGURATION).at(type);
        return requested.isString() && !requested.equals(before.sealed().at(type));
    }

    private static JsonNode withoutCredential(JsonNode sealed) {
        return ((ObjectNode) sealed.deepCopy()).without("credential");
    }

    /**
     * An applied patch.
     *
     * @param requested the requested client configuration, with new secrets in clear
     */
    private record Patched(StoredConnection before, StoredConnection after, JsonNode requested) {
        /** A secret in clear counts as new, even if it equals the stored one. */
        boolean changesNothing() {
            return after.sealed().equals(before.sealed()) && after.settings().equals(before.settings());
        }
    }
}
