package dev.connections.worker.crawl;

import dev.connections.catalog.Activation;
import dev.connections.catalog.NormalizedType;
import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.execution.RunFailedException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the catalog says about databases and schemas before a crawl: which of them, and of new ones, are ACTIVE. */
final class KnownObjects {
    private static final String CONTAINERS = """
            select id, parent_id, remote_scope, remote_id, name, normalized_type, activation, new_child_activation
              from data_object
             where connection_id = :connection
               and (normalized_type in ('DATABASE', 'SCHEMA') or id = :start)
             order by cardinality(path), missing_since desc nulls first, id
            """;

    private final Map<UUID, Known> byId = new HashMap<>();
    private final Map<RemoteIdentity, Known> byIdentity = new HashMap<>();
    private final List<Known> top = new ArrayList<>();
    private final Activation activationOfNew;

    /** Activation with every INHERIT resolved; {@code newChildren} stays INHERIT where all above say so. */
    private record Known(
            RemoteIdentity identity,
            String name,
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
        List<String> path = new ArrayList<>();
        for (Known at = start; at != null; at = at.parent) {
            way.addFirst(at.identity);
            path.addFirst(at.name);
        }
        boolean passedOver = start.parent != null && !start.parent.active && !start.switchedOn;
        return new CrawlStart(way, path, start.type, passedOver);
    }

    /**
     * Takes note of all that is directly inside the parent (null: at the top): where an id is new, and that of the known
     * object of the same name is gone, they are the same object. The merge sees it so too.
     */
    void recognize(@Nullable RemoteIdentity parentIdentity, Collection<FoundObject> all) {
        Known parent = parentIdentity == null ? null : byIdentity.get(parentIdentity);
        if (parentIdentity != null && parent == null) {
            return;
        }
        Collection<Known> inside = parent == null ? top : parent.children;
        Set<RemoteIdentity> present = all.stream().map(FoundObject::identity).collect(Collectors.toSet());
        Map<String, Known> vacant = new HashMap<>();
        for (Known known : inside) {
            if (!present.contains(known.identity)) {
                vacant.putIfAbsent(known.name, known);
            }
        }
        for (FoundObject found : all) {
            Known replaced = vacant.get(found.name());
            if (replaced != null && !byIdentity.containsKey(found.identity())) {
                byIdentity.put(found.identity(), replaced);
            }
        }
    }

    /** Whether both identify the same object, where one may have been replaced. */
    boolean areSame(RemoteIdentity one, RemoteIdentity other) {
        return known(one).equals(known(other));
    }

    /** The identity that the catalog knows an object under. */
    private RemoteIdentity known(RemoteIdentity identity) {
        Known known = byIdentity.get(identity);
        return known == null ? identity : known.identity;
    }

    /** Whether a database or schema directly inside the parent is ACTIVE itself, or has something ACTIVE inside. */
    boolean leadsToActive(RemoteIdentity parentIdentity, RemoteIdentity identity) {
        return activeInside(parentIdentity).contains(known(identity));
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
                row.getString("name"),
                NormalizedType.valueOf(row.getString("normalized_type")),
                parent,
                isActive(activation, parent),
                activation == Activation.ENABLED,
                parent == null ? newChildren : newChildren.orElse(parent.newChildren),
                new ArrayList<>());
        byId.put(row.getObject("id", UUID.class), known);
        byIdentity.put(known.identity, known);
        if (isContainer(known)) {
            (parent == null ? top : parent.children).add(known);
        }
    }

    /** The merge gives the new object the same activation. */
    private Known addNew(RemoteIdentity identity, @Nullable RemoteIdentity parentIdentity) {
        Known parent = parentIdentity == null ? null : byIdentity.get(parentIdentity);
        Activation above = parent == null ? Activation.INHERIT : parent.newChildren;
        Activation activation = above.orElse(activationOfNew);
        Known known = new Known(
                identity,
                "",
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
