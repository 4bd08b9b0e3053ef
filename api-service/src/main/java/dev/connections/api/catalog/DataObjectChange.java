package dev.connections.api.catalog;

import dev.connections.api.http.conditional.IfMatch;
import dev.connections.api.task.CreatedTask;
import dev.connections.catalog.Activation;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Changes and deletes data objects whose entity tag matches the request; empty if there is no such object. */
@Service
class DataObjectChange {
    private final DataObjectStore objects;
    private final DataObjectDeletion deletion;

    DataObjectChange(DataObjectStore objects, DataObjectDeletion deletion) {
        this.objects = objects;
        this.deletion = deletion;
    }

    /** Changes the settings that are not null, and returns the changed object. */
    @Transactional
    public Optional<DataObjectDetail> settings(
            String connectionKey,
            UUID id,
            @Nullable Activation activation,
            @Nullable Activation newChildActivation,
            IfMatch ifMatch,
            String actor) {
        require(ifMatch, connectionKey, id);
        objects.updateSettings(connectionKey, id, activation, newChildActivation, actor);
        return objects.find(connectionKey, id);
    }

    /** Creates the task that deletes the object and everything below it. */
    @Transactional
    public Optional<CreatedTask> deletion(String connectionKey, UUID id, IfMatch ifMatch, String actor) {
        require(ifMatch, connectionKey, id);
        return objects.has(connectionKey, id)
                ? Optional.of(deletion.create(connectionKey, id, actor))
                : Optional.empty();
    }

    private void require(IfMatch ifMatch, String connectionKey, UUID id) {
        if (ifMatch.isPresent()) {
            objects.lock(connectionKey, id).ifPresent(object -> ifMatch.require(object.entityTag()));
        }
    }
}
