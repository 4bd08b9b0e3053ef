package dev.connections.worker.source.redshift;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.jdbc.ReadTransaction;
import dev.connections.worker.source.jdbc.SqlFailures;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables of external schemas, one schema after the other: for each the cluster asks another service, which may
 * refuse it. That is a warning, and the others are read.
 */
final class RedshiftExternalTables {
    private static final String ONE_TABLE = " and tablename = ?";

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
        for (RedshiftSchema schema : schemas) {
            if (!schema.isExternal() || !schema.isRead(crawl)) {
                continue;
            }
            crawl.execution().checkNotStopped();
            if (only == null) {
                readAll(schema);
            } else if (isOf(schema, only)) {
                read(schema, tableOf(schema, only));
            }
        }
    }

    private void readAll(RedshiftSchema schema) throws SQLException {
        try {
            read(schema, null);
            schema.complete(crawl);
        } catch (SQLException e) {
            boolean ofTheSession = connection.isClosed() || SqlFailures.isTransient(e.getSQLState());
            if (crawl.isSubtree() || ofTheSession) {
                throw e;
            }
            String path =
                    database.placed().path().getLast() + "/" + schema.found().name();
            crawl.warn("the external schema " + RemoteText.shown(path, crawl.execution())
                    + " could not be read, so what is known of it was kept: "
                    + RemoteText.shown(e.getMessage(), crawl.execution()));
        }
    }

    /** The scope of the tables of a schema, which have no id but their names. */
    private String scopeOf(RedshiftSchema schema) {
        return database.identity().id() + "/external/" + schema.oid();
    }

    private boolean isOf(RedshiftSchema schema, Crawl.OneRelation only) {
        return only.identity().scope().equals(scopeOf(schema))
                || only.path().get(1).equals(schema.found().name());
    }

    private String tableOf(RedshiftSchema schema, Crawl.OneRelation only) {
        return only.identity().scope().equals(scopeOf(schema))
                ? only.identity().id()
                : only.path().getLast();
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
            }
            return true;
        });
    }

    /** The rows of a table come together; whatever the order of the names is, it is the cluster's. */
    private void stage(RedshiftSchema schema, ResultSet row) throws SQLException {
        String table = null;
        List<Column> columns = new ArrayList<>();
        long characters = 0;
        while (row.next()) {
            String name = text(row.getString(1));
            if (!name.equals(table)) {
                stage(schema, table, columns);
                table = name;
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

    private void stage(RedshiftSchema schema, @Nullable String table, List<Column> columns) {
        if (table == null || !crawl.covers(database, schema.found().name(), table)) {
            return;
        }
        FoundObject found = new FoundObject(
                new RemoteIdentity(scopeOf(schema), table),
                table,
                RedshiftTypes.EXTERNAL_TABLE,
                RemoteTraits.of("external table", null, null),
                null,
                new ObjectDetail(List.copyOf(columns), List.of(), List.of(), null));
        crawl.stage(schema.enter(crawl, database), found);
    }

    private static Column column(ResultSet row) throws SQLException {
        String type = text(row.getString(3));
        return new Column(
                text(row.getString(2)),
                row.getInt(4),
                type,
                RedshiftTypes.column(type),
                !text(row.getString(5)).equalsIgnoreCase("false"),
                null,
                false,
                false,
                null);
    }

    private static String text(@Nullable String sent) {
        return Objects.requireNonNullElse(sent, "");
    }
}
