package dev.connections.api.catalog;

import dev.connections.api.catalog.DataObject.Settings;
import dev.connections.api.catalog.DataObject.Step;
import dev.connections.catalog.Activation;
import dev.connections.catalog.ActivationSql;
import dev.connections.catalog.NormalizedType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads data objects: the columns of a statement over {@code data_object d}, and the record built from a row. */
public final class DataObjectRows {
    private static final String ACTIVATION = ActivationSql.effective(
            "d.activation",
            "(select p.activation from data_object p where p.id = d.parent_id)",
            "(select r.activation from data_object r where r.id = d.root_id)");

    /** The columns of an object in a list, whose description is cut: a page of them stays small. */
    public static final String COLUMNS = columns("left(d.description, 1000) as description");

    /** The columns of one object, whose description is whole. */
    static final String WHOLE = columns("d.description");

    private DataObjectRows() {}

    private static String columns(String description) {
        return """
                d.id, c.connection_key, c.technology, d.parent_id, d.name, d.type, d.normalized_type,
                d.path, d.path_types, d.remote_id, d.remote_type, d.remote_format, d.remote_kind, d.remote_created_at,
                d.remote_updated_at, d.missing_since, d.activation, d.new_child_activation,
                %s as effective_activation, %s,
                coalesce((select l.listed_at from listing l where l.id = d.listed_with), d.synced_at) as last_synced_at,
                d.created_by, d.created_at, d.updated_by, d.updated_at""".formatted(ACTIVATION, description);
    }

    static DataObject object(ResultSet row) throws SQLException {
        Instant missingSince = time(row, "missing_since");
        return new DataObject(
                row.getObject("id", UUID.class),
                row.getString("connection_key"),
                row.getObject("parent_id", UUID.class),
                row.getString("name"),
                row.getString("type"),
                NormalizedType.valueOf(row.getString("normalized_type")),
                row.getString("technology"),
                row.getString("remote_id"),
                row.getString("remote_type"),
                row.getString("remote_format"),
                row.getString("remote_kind"),
                time(row, "remote_created_at"),
                time(row, "remote_updated_at"),
                missingSince == null ? "PRESENT" : "MISSING",
                missingSince,
                row.getString("effective_activation").equals("DISABLED") ? "INACTIVE" : "ACTIVE",
                new Settings(
                        Activation.valueOf(row.getString("activation")),
                        Activation.valueOf(row.getString("new_child_activation"))),
                row.getString("description"),
                path(texts(row, "path"), texts(row, "path_types")),
                time(row, "last_synced_at"),
                row.getString("created_by"),
                row.getTimestamp("created_at").toInstant(),
                row.getString("updated_by"),
                row.getTimestamp("updated_at").toInstant());
    }

    /** Reads a row whose statement also selects {@code key}, a text[]. */
    public static Listed listed(ResultSet row, int number) throws SQLException {
        return new Listed(object(row), texts(row, "key"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static List<Step> path(List<String> names, List<String> types) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> new Step(names.get(i), types.get(i)))
                .toList();
    }
}
