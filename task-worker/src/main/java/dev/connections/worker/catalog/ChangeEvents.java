package dev.connections.worker.catalog;

import dev.connections.task.Topics;

/** The statement parts that publish to consumers what changed; parameters: run, key. */
final class ChangeEvents {
    /** Goes before a select from an object {@code o} and its {@code change}: CREATED, UPDATED, MISSING, REMOVED. */
    static final String INSERT =
            "insert into change_outbox (connection_key, topic, key, event_id, event_type, occurred_at, payload)\n";

    static final String SELECT = "select :key, '" + Topics.DATA_OBJECT_CHANGES + "', o.id, " + """
            o.id || '/' || :run || '/' || change, 'connections.data-object.' || lower(change), now(),
                   json_build_object(
                       'dataObjectId', o.id, 'connectionKey', :key::text, 'change', change, 'path', o.path,
                       'type', o.type, 'normalizedType', o.normalized_type, 'runId', :run,
                       'occurredAt', rfc3339(now()::timestamptz(3)))
            """;

    private ChangeEvents() {}
}
