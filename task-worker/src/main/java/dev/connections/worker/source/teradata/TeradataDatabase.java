package dev.connections.worker.source.teradata;

import static dev.connections.worker.source.teradata.TeradataRows.code;
import static dev.connections.worker.source.teradata.TeradataRows.text;

import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.ViewTexts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads the relations of one database, and then the definitions of its views. */
final class TeradataDatabase {
    private static final String OVERFLOW = "R";

    private final Crawl crawl;
    private final Connection connection;
    private final Container database;
    private final TeradataServerCrawl server;
    private final TeradataSql.Scope scope;
    private final SourceLimits limits;
    private final CountedNames withoutColumns = new CountedNames();

    TeradataDatabase(Crawl crawl, Connection connection, Container database, TeradataServerCrawl server) {
        this.crawl = crawl;
        this.connection = connection;
        this.database = database;
        this.server = server;
        this.limits = crawl.execution().limits();
        Crawl.OneRelation only = crawl.onlyRelation();
        this.scope = new TeradataSql.Scope(
                database.identity().id(), only == null ? null : only.path().getLast());
    }

    void read() throws SQLException {
        String shown = "database " + RemoteText.shown(scope.database(), crawl.execution());
        try (ViewTexts texts = new ViewTexts(crawl, shown)) {
            try (TeradataStreams relations = open()) {
                while (relations.next()) {
                    read(relations, texts);
                }
            }
            if (texts.expected() > 0) {
                readTexts(texts);
                texts.end();
            }
        }
        if (!withoutColumns.isEmpty()) {
            crawl.warn(
                    "the columns of these relations of " + shown + " could not be read, so they were left as they were;"
                            + " crawl again if they were being changed: " + withoutColumns.shown(crawl.execution()));
        }
        if (!crawl.isOfOneRelation()) {
            crawl.complete(database);
        }
    }

    private TeradataStreams open() throws SQLException {
        try {
            return TeradataStreams.open(connection, scope, server.columns(), limits);
        } catch (SQLException e) {
            if (server.usesOtherColumns(e)) {
                return TeradataStreams.open(connection, scope, server.columns(), limits);
            }
            throw e;
        }
    }

    private void read(TeradataStreams relations, ViewTexts texts) throws SQLException {
        String name = relations.name();
        if (!crawl.covers(database, name)) {
            return;
        }
        RemoteIdentity identity = identity(name);
        FoundObject found = relations.read(identity);
        if (found.detail().columns().isEmpty()) {
            // Every relation has some: it is being created or dropped.
            withoutColumns.add(name);
            crawl.keep(identity);
            return;
        }
        if (relations.isView()) {
            texts.expect(identity);
            if (found.detail().columns().stream()
                    .anyMatch(column -> column.remoteType().equals(TeradataTypes.UNKNOWN))) {
                server.lacksTypes(scope.database() + "/" + name);
            }
        }
        crawl.stage(database, found);
    }

    private void readTexts(ViewTexts texts) throws SQLException {
        boolean some = false;
        try (PreparedStatement statement = scope.texts(connection);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                if (code(row, 2).equals(OVERFLOW)) {
                    some = true;
                } else {
                    texts.add(identity(text(row, 1)), ViewDefinition.of(text(row, 3)));
                }
            }
        }
        if (some) {
            readLongTexts(texts);
        }
    }

    /** Their parts come one after the other. */
    private void readLongTexts(ViewTexts texts) throws SQLException {
        try (PreparedStatement statement = scope.longTexts(connection);
                ResultSet row = statement.executeQuery()) {
            String view = "";
            StringBuilder parts = new StringBuilder();
            while (row.next()) {
                String name = text(row, 1);
                if (!name.equals(view)) {
                    texts.add(identity(view), ViewDefinition.of(parts.toString()));
                    view = name;
                    parts.setLength(0);
                }
                parts.append(text(row, 2));
                limits.checkRelation(parts.length());
            }
            texts.add(identity(view), ViewDefinition.of(parts.toString()));
        }
    }

    private RemoteIdentity identity(String name) {
        return new RemoteIdentity(database.identity().id(), name);
    }
}
