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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the relations of one database, and then the definitions of its views. */
final class MysqlDatabase {
    private final Crawl crawl;
    private final MysqlSessions sessions;
    private final Container database;
    private final MysqlSql.Scope scope;
    private final SourceLimits limits;
    private boolean hasViews;

    MysqlDatabase(Crawl crawl, MysqlSessions sessions, Container database) {
        this.crawl = crawl;
        this.sessions = sessions;
        this.database = database;
        this.limits = crawl.execution().limits();
        Crawl.OneRelation only = crawl.onlyRelation();
        this.scope = new MysqlSql.Scope(
                database.identity().id(), only == null ? null : only.path().getLast());
    }

    void read() throws SQLException {
        try (MysqlStreams relations = new MysqlStreams(sessions, scope, limits)) {
            while (relations.next()) {
                read(relations);
            }
        }
        if (hasViews) {
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
        FoundObject found = relations.read(identity(name));
        if (relations.isView()) {
            hasViews = true;
            if (found.detail().columns().isEmpty()) {
                crawl.warn("view " + shown(name) + " has no columns, for what it selects from is gone or hidden");
            }
        } else if (found.detail().columns().isEmpty()) {
            // Every table has some: the account may see none of them, or they were being changed at that moment.
            crawl.warn(
                    "the columns of " + shown(name) + " could not be read, so it was left as it is; grant SELECT on it,"
                            + " or crawl again if it was being altered");
            crawl.keep(found.identity());
            return;
        }
        crawl.stage(database, found);
    }

    private void readDefinitions() throws SQLException {
        BoundedList<String> hidden = new BoundedList<>(limits::checkDefinitions, limits);
        try (PreparedStatement statement = scope.views(sessions.forRelations());
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = row.getString(1);
                String definition = row.getString(2);
                if (name == null || !crawl.covers(database, name)) {
                    continue;
                }
                if (definition == null || definition.isEmpty()) {
                    hidden.add(name, name.length());
                } else {
                    crawl.addText(identity(name), 0, definition);
                }
            }
        }
        List<String> unread = new ArrayList<>();
        for (String name : hidden.items()) {
            crawl.execution().checkNotStopped();
            String definition = ViewText.read(sessions.forRelations(), scope.database(), name);
            crawl.addText(identity(name), 0, definition);
            if (definition == null) {
                unread.add(name);
            }
        }
        if (!unread.isEmpty()) {
            crawl.warn("the definitions of these views of database " + shown(null)
                    + " could not be read, so what is known of"
                    + " them was kept; grant SELECT and SHOW VIEW on them: "
                    + NameList.shown(unread, crawl.execution()));
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
