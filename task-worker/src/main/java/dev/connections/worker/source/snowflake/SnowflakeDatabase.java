package dev.connections.worker.source.snowflake;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.ReachedSchemas;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.TableKeys;
import dev.connections.worker.source.ViewTexts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one database: its keys, all its relations with their columns in one stream, and the definitions of its views. Where
 * that is more than Snowflake puts together in one statement, it is read schema by schema.
 */
final class SnowflakeDatabase {
    private final Crawl crawl;
    private final SnowflakeSession session;
    private final Container database;
    private final String name;
    private final SourceLimits limits;
    private final CountedNames withoutColumns = new CountedNames();
    private final CountedNames withoutKeys = new CountedNames();
    private final CountedNames withoutVectors = new CountedNames();
    private int plainViews;
    private int materializedViews;

    SnowflakeDatabase(Crawl crawl, SnowflakeSession session, Container database) {
        this.crawl = crawl;
        this.session = session;
        this.database = database;
        this.name = database.placed().path().getLast();
        this.limits = crawl.execution().limits();
    }

    void read() throws Exception {
        ReachedSchemas schemas = ReachedSchemas.enter(crawl, database, schemas());
        if (schemas.isEmpty()) {
            return;
        }
        Crawl.OneRelation only = crawl.onlyRelation();
        SnowflakeSql.Scope all = new SnowflakeSql.Scope(
                name,
                schemas.areAll() && schemas.names().size() > 1
                        ? null
                        : schemas.names().stream().sorted().toList(),
                only == null ? null : only.path().getLast());
        try (ViewTexts views = new ViewTexts(crawl, "database " + shownName())) {
            try {
                readAtOnce(all, schemas, views);
            } catch (StatementFailedException e) {
                if (!e.isTooMuch() || all.onlySchema() != null) {
                    throw e;
                }
                readOneByOne(all, schemas, views);
            }
        } finally {
            warn(
                    withoutColumns,
                    "the account sees no columns of these tables of database ",
                    ", so they were left as they are," + " or not added: ");
            warn(
                    withoutKeys,
                    "keys could not be read of all of database ",
                    ", so what is known of them was kept in these schemas: ");
            warn(
                    withoutVectors,
                    "these tables of database ",
                    " could not be described, so what is in their vectors is not known: ");
        }
    }

    /** Reads relations, of which none was staged where this fails with too much. */
    private void readAtOnce(SnowflakeSql.Scope scope, ReachedSchemas schemas, ViewTexts views) throws Exception {
        TableKeys keys = keys(scope);
        int plainBefore = plainViews;
        int materializedBefore = materializedViews;
        try (SnowflakeRows row = session.query(scope.relations(), SnowflakeSql.RELATIONS_SELECTED)) {
            SnowflakeRelation relation = null;
            while (row.next()) {
                if (relation == null || !relation.isOf(row)) {
                    stage(relation, schemas, views, keys);
                    relation = new SnowflakeRelation(row, limits);
                }
                relation.add(row);
            }
            stage(relation, schemas, views, keys);
        }
        String one = scope.onlySchema();
        if (one == null) {
            schemas.names().forEach(schemas::complete);
        } else {
            schemas.complete(one);
        }
        if (plainViews > plainBefore) {
            readDefinitions(scope, schemas, views);
        }
        if (materializedViews > materializedBefore) {
            readMaterialized(scope, schemas, views);
        }
    }

    private void readOneByOne(SnowflakeSql.Scope all, ReachedSchemas schemas, ViewTexts views) throws Exception {
        CountedNames failed = new CountedNames();
        StatementFailedException last = null;
        int read = 0;
        for (String schema : schemas.names().stream().sorted().toList()) {
            try {
                readAtOnce(all.of(schema), schemas, views);
                read++;
            } catch (StatementFailedException e) {
                if (!e.isOfTheStatement() || crawl.isSubtree()) {
                    throw e;
                }
                failed.add(schema);
                last = e;
            }
        }
        if (last != null && read == 0) {
            throw last;
        }
        if (last != null) {
            warn(failed, "these schemas could not be read of database ", ", so what is known of them was kept: ");
        }
    }

    /** The keys of the scope; null where not all of a schema's can be read, rather than some. */
    private @Nullable TableKeys keys(SnowflakeSql.Scope scope) throws Exception {
        String one = scope.onlySchema();
        try {
            return SnowflakeKeys.read(session, scope, limits);
        } catch (StatementFailedException e) {
            if (!e.isTooMuch() || one == null) {
                throw e;
            }
            withoutKeys.add(one);
            return null;
        }
    }

    private void stage(
            @Nullable SnowflakeRelation relation, ReachedSchemas schemas, ViewTexts views, @Nullable TableKeys keys)
            throws Exception {
        Container schema = relation == null ? null : schemas.get(relation.schema());
        if (relation == null || schema == null || !crawl.covers(schema, relation.name())) {
            return;
        }
        RemoteIdentity identity = identity(relation.schema(), relation.name());
        if (!relation.hasColumns()) {
            limits.checkName(relation.name());
            withoutColumns.add(relation.schema() + "/" + relation.name());
            crawl.keep(identity);
            return;
        }
        if (relation.isView()) {
            views.expect(identity);
            plainViews++;
        } else if (relation.isMaterializedView()) {
            views.expect(identity);
            materializedViews++;
        }
        if (relation.hasVectors()) {
            describe(relation);
        }
        crawl.stage(schema, relation.found(identity));
        TableKeys.stage(keys, crawl, identity, QuotedPath.of(relation.schema(), relation.name()));
    }

    private void describe(SnowflakeRelation relation) throws Exception {
        try (SnowflakeRows row = session.query(SnowflakeSql.describe(name, relation.schema(), relation.name()))) {
            while (row.next()) {
                relation.describe(row.text("name"), row.text("type"));
            }
        } catch (StatementFailedException e) {
            if (!e.isOfTheStatement()) {
                throw e;
            }
            withoutVectors.add(relation.schema() + "/" + relation.name());
        }
    }

    private void readDefinitions(SnowflakeSql.Scope scope, ReachedSchemas schemas, ViewTexts views) throws Exception {
        try (SnowflakeRows row = session.query(scope.definitions(), SnowflakeSql.DEFINITIONS_SELECTED)) {
            while (row.next()) {
                views.add(identity(row.text(1), row.text(2)), row.text(3));
            }
        } catch (StatementFailedException e) {
            if (!e.isTooMuch()) {
                throw e;
            }
            if (scope.onlySchema() == null) {
                for (String schema : schemas.names()) {
                    readDefinitions(scope.of(schema), schemas, views);
                }
            }
        }
        views.end();
    }

    private void readMaterialized(SnowflakeSql.Scope scope, ReachedSchemas schemas, ViewTexts views) throws Exception {
        int shown = 0;
        try (SnowflakeRows row = session.query(scope.materializedViews())) {
            while (row.next()) {
                views.add(identity(row.text("schema_name"), row.text("name")), row.text("text"));
                shown++;
            }
        } catch (StatementFailedException e) {
            if (!e.isOfTheStatement()) {
                throw e;
            }
        }
        if (shown >= SnowflakeSql.MOST_SHOWN && scope.onlySchema() == null) {
            for (String schema : schemas.names()) {
                readMaterialized(scope.of(schema), schemas, views);
            }
        }
        views.end();
    }

    private List<FoundObject> schemas() throws Exception {
        BoundedList<FoundObject> found = new BoundedList<>(limits::checkSchemas, limits);
        try (SnowflakeRows row = session.query(SnowflakeSql.schemas(name), SnowflakeSql.SCHEMAS_SELECTED)) {
            while (row.next()) {
                if (!row.text(4).equals(name)) {
                    throw new StatementFailedException(
                            422,
                            "",
                            "it answers for another database, as it does where the parameter QUOTED_IDENTIFIERS_IGNORE_CASE"
                                    + " is set for the user; ALTER USER <user> SET QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE");
                }
                FoundObject schema = new FoundObject(
                        identity(row.text(1)),
                        row.text(1),
                        ObjectType.SCHEMA,
                        new RemoteTraits("schema", null, null, SnowflakeTypes.time(row.text(3)), null),
                        row.textOrNull(2),
                        ObjectDetail.NONE);
                found.add(schema, schema.characters());
            }
        }
        return found.items();
    }

    private RemoteIdentity identity(String... names) {
        return new RemoteIdentity(database.identity().id(), QuotedPath.of(names));
    }

    private void warn(CountedNames names, String what, String so) {
        if (!names.isEmpty()) {
            crawl.warn(what + shownName() + so + names.shown(crawl.execution()));
        }
    }

    private String shownName() {
        return RemoteText.shown(name, crawl.execution());
    }
}
