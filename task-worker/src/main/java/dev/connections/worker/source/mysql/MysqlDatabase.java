package dev.connections.worker.source.mysql;

import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.RemoteText;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the relations of one database, and then the definitions of its views. */
final class MysqlDatabase {
    private final Crawl crawl;
    private final MysqlSessions sessions;
    private final Container database;
    private final MysqlSql.Scope scope;
    private final SourceLimits limits;
    /** The views that were staged. */
    private final BoundedList<String> views;

    MysqlDatabase(Crawl crawl, MysqlSessions sessions, Container database) {
        this.crawl = crawl;
        this.sessions = sessions;
        this.database = database;
        this.limits = crawl.execution().limits();
        this.views = new BoundedList<>(limits::checkDefinitions, limits);
        Crawl.OneRelation only = crawl.onlyRelation();
        this.scope = new MysqlSql.Scope(
                database.identity().id(), only == null ? null : only.path().getLast());
    }

    void read() throws SQLException {
        try (MysqlStreams relations = new MysqlStreams(sessions, scope, limits)) {
            sessions.read(() -> {
                while (relations.next()) {
                    read(relations);
                }
            });
        }
        if (!views.items().isEmpty()) {
            readDefinitions();
        }
        if (!crawl.isOfOneRelation()) {
            crawl.complete(database);
        }
    }

    private void read(MysqlStreams relations) throws SQLException {
        String name = relations.name();
        if (!crawl.covers(database, name)) {
            return;
        }
        FoundObject found = relations.isOpened() ? relations.read(identity(name)) : null;
        if (found == null || (found.detail().columns().isEmpty() && !relations.isBrokenView())) {
            // Every relation has some: the account may see none of them, or it was being changed at that moment.
            crawl.warn(
                    "the columns of " + shown(name) + " could not be read, so it was left as it is; grant SELECT on it,"
                            + " or crawl again if it was being altered");
            crawl.keep(identity(name));
            return;
        }
        if (relations.isView()) {
            views.add(name, name.length());
        }
        if (relations.isBrokenView()) {
            crawl.warn("view " + shown(name) + " selects from what is gone, or what its definer may not read");
        }
        crawl.stage(database, found);
    }

    /** The text of a view is not to be had with its columns; what cannot be read now stays as the catalog has it. */
    private void readDefinitions() throws SQLException {
        Set<String> left = new LinkedHashSet<>(views.items());
        try (PreparedStatement statement = scope.views(sessions.forRelations());
                ResultSet row = statement.executeQuery()) {
            sessions.read(() -> {
                while (row.next()) {
                    String name = String.valueOf(row.getString(1));
                    String definition = row.getString(2);
                    if (definition != null && !definition.isEmpty() && left.remove(name)) {
                        crawl.addText(identity(name), 0, definition);
                    }
                }
            });
        }
        for (Iterator<String> hidden = left.iterator(); hidden.hasNext(); ) {
            String name = hidden.next();
            String definition = ViewText.read(sessions.forRelations(), scope.database(), name);
            crawl.execution().checkNotStopped();
            crawl.addText(identity(name), 0, definition);
            if (definition != null) {
                hidden.remove();
            }
        }
        if (!left.isEmpty()) {
            crawl.warn("the definitions of these views of database " + shown(null)
                    + " could not be read, so what is known of"
                    + " them was kept; grant SELECT and SHOW VIEW on them: "
                    + NameList.shown(List.copyOf(left), crawl.execution()));
        }
    }

    private RemoteIdentity identity(String name) {
        return new RemoteIdentity(database.identity().id(), name);
    }

    /** The path of a relation for people, or with null that of the database. */
    private String shown(@Nullable String relation) {
        String path = scope.database() + (relation == null ? "" : "/" + relation);
        return RemoteText.shown(path, crawl.execution());
    }
}
