package dev.connections.worker.source.oracle;

import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.ReachedSchemas;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads the inside of a database: its schemas, and all their relations in seven streams. */
final class OracleDatabase {
    private final Crawl crawl;
    private final OracleSession session;
    private final Container database;
    private final SourceLimits limits;
    private final CountedNames withoutColumns = new CountedNames();

    OracleDatabase(Crawl crawl, OracleSession session, Container database) {
        this.crawl = crawl;
        this.session = session;
        this.database = database;
        this.limits = crawl.execution().limits();
    }

    void read() throws SQLException {
        ReachedSchemas schemas = ReachedSchemas.enter(crawl, database, session.schemas(limits));
        if (schemas.isEmpty()) {
            return;
        }
        boolean all = schemas.areAll() && crawl.onlyRelation() == null;
        OracleSql.Scope scope = new OracleSql.Scope(session.dictionary(), all ? null : schemas.names(), nameOfOnly());
        try (OracleStreams relations = new OracleStreams(session.connection(), scope, limits)) {
            while (relations.next()) {
                read(relations, schemas);
            }
        }
        schemas.names().forEach(schemas::complete);
        if (!withoutColumns.isEmpty()) {
            crawl.warn("the account sees no columns of these, so they were left as they are, or not added: "
                    + withoutColumns.shown(crawl.execution()));
        }
    }

    private void read(OracleStreams relations, ReachedSchemas schemas) throws SQLException {
        String name = relations.name();
        Container schema = schemas.get(relations.schema());
        if (schema == null || !crawl.covers(schema, name)) {
            return;
        }
        RemoteIdentity identity = identity(relations.id());
        FoundObject found = relations.read(identity, session.database());
        if (found.detail().columns().isEmpty()) {
            limits.checkName(name);
            withoutColumns.add(relations.schema() + "/" + name);
            crawl.keep(identity);
            return;
        }
        crawl.stage(schema, found);
    }

    /** The name that the only relation to read has now; null where more are to be read. */
    private @Nullable String nameOfOnly() throws SQLException {
        Crawl.OneRelation only = crawl.onlyRelation();
        if (only == null) {
            return null;
        }
        String name = only.path().getLast();
        if (!only.identity().scope().equals(identity(0).scope())) {
            return name;
        }
        try (PreparedStatement statement = session.dictionary()
                        .find(
                                session.connection(),
                                only.path().get(1),
                                Long.parseLong(only.identity().id()));
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getString(1) : name;
        }
    }

    private RemoteIdentity identity(long id) {
        return new RemoteIdentity(session.database() + "/object", String.valueOf(id));
    }
}
