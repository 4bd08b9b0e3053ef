package dev.connections.worker.crawl;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import org.jspecify.annotations.Nullable;

/** Holds what is staged to the limits of a source, whatever technology it comes from. */
final class Budget {
    private final SourceLimits limits;

    Budget(SourceLimits limits) {
        this.limits = limits;
    }

    /**
     * Checks an object that is about to be staged.
     *
     * @param staged how many objects the crawl has staged before
     * @throws RunFailedException where it is over a limit
     */
    void check(FoundObject found, long staged) {
        limits.checkObjects(staged + 1);
        limits.checkName(found.name());
        limits.checkKey(found.identity().scope(), found.identity().id());
        checkText(found.description());
        checkText(found.detail().viewDefinition());
        limits.checkRelationRows(found.detail().columns().size());
        for (ObjectDetail.Column column : found.detail().columns()) {
            limits.checkName(column.name());
            checkText(column.remoteType());
            checkText(column.defaultValue());
            checkText(column.description());
        }
        checkKeys(found.detail());
        limits.checkRelation(found.characters());
    }

    /** Checks the keys of a relation. */
    void checkKeys(ObjectDetail detail) {
        limits.checkRelationRows(detail.foreignKeys().size());
        detail.primaryKey().forEach(limits::checkName);
        for (ObjectDetail.ForeignKey key : detail.foreignKeys()) {
            limits.checkName(key.name());
            key.columns().forEach(limits::checkName);
            key.referencedPath().forEach(limits::checkName);
            key.referencedColumns().forEach(limits::checkName);
        }
    }

    /**
     * Checks an object that is kept as it is known.
     *
     * @param before how many were staged or kept before
     */
    void checkKept(RemoteIdentity identity, long before) {
        limits.checkObjects(before + 1);
        limits.checkKey(identity.scope(), identity.id());
    }

    /** Checks a text that was read by itself. */
    void checkText(@Nullable String text) {
        if (text != null) {
            limits.checkText(text);
        }
    }

    /** Checks a list of all databases, or of all schemas of one. */
    void checkList(boolean ofDatabases, int size) {
        if (ofDatabases) {
            limits.checkDatabases(size);
        } else {
            limits.checkSchemas(size);
        }
    }
}
