package dev.connections.api.connection;

import dev.connections.api.http.conditional.IfMatch;
import dev.connections.api.task.CreatedTask;
import dev.connections.api.task.TaskRequests;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Starts the deletion of a connection if its entity tag matches the request. */
@Service
class ConnectionDeletion {
    private final ConnectionStore connections;
    private final TaskRequests tasks;

    ConnectionDeletion(ConnectionStore connections, TaskRequests tasks) {
        this.connections = connections;
        this.tasks = tasks;
    }

    /** Creates the task that deletes the connection. */
    @Transactional
    public CreatedTask begin(String key, boolean force, IfMatch ifMatch, String actor) {
        if (ifMatch.isPresent()) {
            connections.lock(key).ifPresent(stored -> ifMatch.require(stored.entityTag()));
        }
        return tasks.createDeletion(key, force, actor);
    }
}
