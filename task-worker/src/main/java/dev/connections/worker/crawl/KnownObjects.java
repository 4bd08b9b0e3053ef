package dev.connections.worker.crawl;

import dev.connections.catalog.Activation;
import dev.connections.catalog.NormalizedType;
import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.execution.RunFailedException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the catalog says about databases and schemas before a crawl: which of them, and of new ones, are ACTIVE. */
final class KnownObjects {
    private static final String CONTAINERS = """
            select id, parent_id, remote_scope, remote_id, normalized_type, activation, new_child_activation
              from data_object
             where connection_id = :connection
               and (normalized_type in ('DATABASE', 'SCHEMA') or id = :start)
             order by cardinality(path)
            """;

    private final Map<UUID, Known> byId = new HashMap<>();
    private final Map<RemoteIdentity, Known> byIdentity = new HashMap<>();
    private final Activation activationOfNew;

    /** Activation with every INHERIT resolved; {@code newChildren} stays INHERIT where all above say so. */
    private record Known(
            RemoteIdentity identity,
            NormalizedType type,
            @Nullable Known parent,
            boolean active,
            boolean switchedOn,
            Activation newChildren,
            List<Known> children) {}

    private KnownObjects(Activation activationOfNew) {
        this.activationOfNew = activationOfNew;
    }

    static KnownObjects load(JdbcClient jdbc, ClaimedRun.Target target, @Nullable UUID start) {
        KnownObjects known = new KnownObjects(Activation.ofNew(target.settings().newObjectActivation()));
        jdbc.sql(CONTAINERS)
                .param("connection", target.connectionId())
                .param("start", start == null ? target.connectionId() : start)
                .query((RowCallbackHandler) known::add);
        return known;
    }

    /**
     * Where a crawl of one object starts.
     *
     * @throws RunFailedException where the catalog does not hold the object
     */
    CrawlStart startAt(UUID objectId) {
        Known start = byId.get(objectId);
        if (start == null) {
            throw new RunFailedException(
                    ErrorCode.REMOTE_ERROR,
                    "there is no data object " + objectId + " in this connection's catalog (any more); crawl the whole"
                            + " connection to find what is there",
                    null);
        }
        List<RemoteIdentity> way = new ArrayList<>();
        for (Known at = start; at != null; at = at.parent) {
            way.addFirst(at.identity);
        }
        boolean passedOver = start.parent != null && !start.parent.active && !start.switchedOn;
        return new CrawlStart(way, start.type, passedOver);
    }

    /** Whether an object is ACTIVE, or will be when it is new below the parent. */
    boolean isActive(RemoteIdentity identity, @Nullable RemoteIdentity parent) {
        Known known = byIdentity.get(identity);
        return known == null ? addNew(identity, parent).active : known.active;
    }

    /** The databases or schemas directly inside that are ACTIVE themselves, or have something ACTIVE inside. */
    List<RemoteIdentity> activeInside(RemoteIdentity identity) {
        Known known = byIdentity.get(identity);
        return known == null
                ? List.of()
                : known.children.stream()
                        .filter(KnownObjects::leadsToActive)
                        .map(Known::identity)
                        .toList();
    }

    private static boolean leadsToActive(Known known) {
        return known.active || known.children.stream().anyMatch(KnownObjects::leadsToActive);
    }

    private void add(ResultSet row) throws SQLException {
        UUID parentId = row.getObject("parent_id", UUID.class);
        Known parent = parentId == null ? null : byId.get(parentId);
        Activation activation = Activation.valueOf(row.getString("activation"));
        Activation newChildren = Activation.valueOf(row.getString("new_child_activation"));
        Known known = new Known(
                new RemoteIdentity(row.getString("remote_scope"), row.getString("remote_id")),
                NormalizedType.valueOf(row.getString("normalized_type")),
                parent,
                isActive(activation, parent),
                activation == Activation.ENABLED,
                parent == null ? newChildren : newChildren.orElse(parent.newChildren),
                new ArrayList<>());
        byId.put(row.getObject("id", UUID.class), known);
        byIdentity.put(known.identity, known);
        if (parent != null && isContainer(known)) {
            parent.children.add(known);
        }
    }

    /** The merge gives the new object the same activation. */
    private Known addNew(RemoteIdentity identity, @Nullable RemoteIdentity parentIdentity) {
        Known parent = parentIdentity == null ? null : byIdentity.get(parentIdentity);
        Activation above = parent == null ? Activation.INHERIT : parent.newChildren;
        Activation activation = above.orElse(activationOfNew);
        Known known = new Known(
                identity,
                NormalizedType.SCHEMA,
                parent,
                isActive(activation, parent),
                activation == Activation.ENABLED,
                above,
                List.of());
        byIdentity.put(identity, known);
        return known;
    }

    private static boolean isActive(Activation activation, @Nullable Known parent) {
        return activation.isActiveBelow(parent == null || parent.active);
    }

    private static boolean isContainer(Known known) {
        return switch (known.type) {
            case DATABASE, SCHEMA -> true;
            case TABLE, VIEW -> false;
        };
    }
}
