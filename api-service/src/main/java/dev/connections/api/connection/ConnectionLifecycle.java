package dev.connections.api.connection;

import dev.connections.api.http.conditional.IfMatch;
import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.connection.ConnectionState;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Activates and deactivates connections. */
@Service
class ConnectionLifecycle {
    private static final int ATTEMPTS = 5;

    private final ConnectionStore connections;

    ConnectionLifecycle(ConnectionStore connections) {
        this.connections = connections;
    }

    Connection activate(String key, IfMatch ifMatch, String actor) {
        return move(
                key,
                ifMatch,
                ConnectionState.INACTIVE,
                ConnectionState.ACTIVE,
                actor,
                "Unable to activate connection. Connection state must be INACTIVE to be activated.");
    }

    Connection deactivate(String key, IfMatch ifMatch, String actor) {
        return move(
                key,
                ifMatch,
                ConnectionState.ACTIVE,
                ConnectionState.INACTIVE,
                actor,
                "Unable to deactivate connection. Connection state must be ACTIVE to be deactivated.");
    }

    private Connection move(
            String key, IfMatch ifMatch, ConnectionState from, ConnectionState to, String actor, String otherwise) {
        for (int i = 0; i < ATTEMPTS; i++) {
            StoredConnection read = connections.find(key).orElseThrow(() -> ConnectionProblems.noSuchConnection(key));
            ifMatch.require(read.entityTag());
            if (read.state() != from) {
                throw ConnectionProblems.stateForbids(otherwise);
            }
            Optional<StoredConnection> moved = connections.changeState(read, to, actor);
            if (moved.isPresent()) {
                return moved.get().answer(null);
            }
        }
        throw ProblemException.conflict(
                "concurrent-update", "The connection was changed concurrently; read it again and repeat the request.");
    }
}
