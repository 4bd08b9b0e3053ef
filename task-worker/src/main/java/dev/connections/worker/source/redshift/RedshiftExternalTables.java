package dev.connections.worker.source.redshift;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.jdbc.ReadTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables of external schemas, one schema after the other: for each the cluster asks another service, which may
 * refuse it. That is a warning, and the others are read.
 */
final class RedshiftExternalTables {
    /** What the cluster asks may hang. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String ONE_TABLE = " and c.tablename = ?";

    private final Crawl crawl;
    private final Connection connection;
    private final Container database;
    private final SourceLimits limits;

    /** Reads on a connection in auto-commit mode. */
    RedshiftExternalTables(Crawl crawl, Connection connection, Container database) {
        this.crawl = crawl;
        this.connection = connection;
        this.database = database;
        this.limits = crawl.execution().limits();
    }

    void read(Collection<RedshiftSchema> schemas) throws SQLException {
        Crawl.OneRelation only = crawl.onlyRelation();
        RedshiftSql.limit(connection, LIMIT);
        for (RedshiftSchema schema : schemas) {
            crawl.execution().checkNotStopped();
            if (only == null && schema.isExternal() && schema.isRead(crawl)) {
                readOrKeep(schema, null);
            } else if (only != null && isOf(schema, only)) {
                readOnly(schema, only);
            }
        }
    }

    /** An account that may not use a schema is shown nothing of it, which says nothing of the table. */
    private void readOnly(RedshiftSchema schema, Crawl.OneRelation only) throws SQLException {
        if (schema.isReadable()) {
            readOrKeep(schema, tableOf(schema, only));
        } else if (isIdentityIn(schema, only)) {
            crawl.keep(only.identity());
            crawl.warn("the account has no USAGE privilege on schema " + shown(schema)
                    + ", so its inside was left as it is");
        }
    }

    /** @param table the only one to read; null for all */
    private void readOrKeep(RedshiftSchema schema, @Nullable String table) throws SQLException {
        try {
            read(schema, table);
            schema.complete(crawl);
        } catch (SQLException e) {
            if (RedshiftFailures.isOfTheSession(e, connection)) {
                throw e;
            }
            String why =
                    "the external schema " + shown(schema) + " could not be read, so what is known of it was kept: "
                            + RemoteText.shown(e.getMessage(), crawl.execution());
            if (crawl.isSubtree()) {
                throw new RunFailedException(new TaskError(ErrorCode.REMOTE_ERROR, why, true), null);
            }
            crawl.warn(why);
        }
    }

    private String shown(RedshiftSchema schema) {
        String path = database.placed().path().getLast() + "/" + schema.found().name();
        return RemoteText.shown(path, crawl.execution());
    }

    /** The scope of the tables of a schema, which have no id but their names. */
    private String scopeOf(RedshiftSchema schema) {
        return database.identity().id() + "/external/" + schema.oid();
    }

    /** Whether the only relation is of the schema: by its identity, or by its path where that of another is gone. */
    private boolean isOf(RedshiftSchema schema, Crawl.OneRelation only) {
        return isIdentityIn(schema, only)
                || (schema.isExternal()
                        && only.path().get(1).equals(schema.found().name()));
    }

    private boolean isIdentityIn(RedshiftSchema schema, Crawl.OneRelation only) {
        return only.identity().scope().equals(scopeOf(schema));
    }

    private String tableOf(RedshiftSchema schema, Crawl.OneRelation only) {
        return isIdentityIn(schema, only) ? only.identity().id() : only.path().getLast();
    }

    private void read(RedshiftSchema schema, @Nullable String table) throws SQLException {
        String sql = RedshiftSql.EXTERNAL_COLUMNS.replace(":table", table == null ? "" : ONE_TABLE);
        ReadTransaction.of(connection, () -> {
            try (PreparedStatement statement = RedshiftSql.list(connection, sql)) {
                statement.setString(1, schema.found().name());
                if (table != null) {
                    statement.setString(2, table);
                }
                try (ResultSet row = statement.executeQuery()) {
                    stage(schema, row);
                }
                requireAnswer(statement);
            }
            return true;
        });
    }

    /** A cluster that could not ask may say so in a notice, and its answer is then not all that there is. */
    private static void requireAnswer(PreparedStatement statement) throws SQLException {
        SQLWarning notice = statement.getWarnings();
        if (notice != null) {
            throw new SQLException(notice.getMessage(), notice.getSQLState());
        }
    }

    /**
     * What a schema has.
     *
     * @param format the class that reads its files, where the external catalog names one
     */
    private record Relation(
            String name, RedshiftTypes.Kind kind, @Nullable String format) {
        Relation {
            format = format == null || format.isBlank() ? null : format;
        }
    }

    /** The rows of a table come together; whatever the order of the names is, it is the cluster's. */
    private void stage(RedshiftSchema schema, ResultSet row) throws SQLException {
        Relation table = null;
        List<Column> columns = new ArrayList<>();
        long characters = 0;
        while (row.next()) {
            String name = RedshiftSql.text(row.getString(1));
            if (table == null || !name.equals(table.name)) {
                stage(schema, table, columns);
                table = new Relation(name, RedshiftTypes.external(row.getString(6)), row.getString(7));
                columns.clear();
                characters = 0;
            }
            Column column = column(row);
            columns.add(column);
            characters += column.name().length() + column.remoteType().length();
            limits.checkRelationRows(columns.size());
            limits.checkRelation(characters);
        }
        stage(schema, table, columns);
    }

    private void stage(RedshiftSchema schema, @Nullable Relation table, List<Column> columns) {
        if (table == null || !crawl.covers(database, schema.found().name(), table.name)) {
            return;
        }
        FoundObject found = new FoundObject(
                new RemoteIdentity(scopeOf(schema), table.name),
                table.name,
                table.kind.type(),
                RemoteTraits.of(table.kind.words(), table.format, null),
                null,
                new ObjectDetail(List.copyOf(columns), List.of(), List.of(), null));
        crawl.stage(schema.enter(crawl, database), found);
    }

    private static Column column(ResultSet row) throws SQLException {
        String type = RedshiftSql.text(row.getString(3));
        return new Column(
                RedshiftSql.text(row.getString(2)),
                row.getInt(4),
                type,
                RedshiftTypes.column(type),
                !RedshiftSql.text(row.getString(5)).equalsIgnoreCase("false"),
                null,
                false,
                false,
                null);
    }
}
