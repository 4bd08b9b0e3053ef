package dev.connections.api.catalog;

import dev.connections.catalog.Activation;
import dev.connections.catalog.ObjectDetail;
import dev.connections.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The data objects of one connection: reads one object or one level of the tree, and changes settings. */
@Component
class DataObjectStore {
    private static final String DETAIL = """
            select %s,
                   (select count(*) from data_object k where k.parent_id = d.id) as child_count,
                   coalesce(d.detail -> 'columns', '[]') as columns,
                   coalesce(d.detail -> 'primaryKey', '[]') as primary_key,
                   d.detail ->> 'viewDefinition' as view_definition,
                   (select coalesce(jsonb_agg(jsonb_build_object(
                               'name', fk -> 'name', 'columns', fk -> 'columns',
                               'referencedObject', jsonb_build_object('id', referenced.id, 'path', fk -> 'referencedPath'),
                               'referencedColumns', fk -> 'referencedColumns') order by place), '[]')
                      from jsonb_array_elements(d.detail -> 'foreignKeys') with ordinality as keys (fk, place)
                      left join lateral (
                          select o.id from data_object o
                           where o.connection_id = d.connection_id
                             and o.path = array(select jsonb_array_elements_text(fk -> 'referencedPath'))
                           order by o.missing_since desc nulls first, o.id
                           limit 1) referenced on true) as foreign_keys
              from connection c
              join data_object d on d.connection_id = c.id
             where c.connection_key = :connection and d.id = :id
            """.formatted(DataObjectRows.WHOLE);

    private static final String TOP_LEVEL = """
            select %s, array[d.name, d.id::text] as key
              from connection c
              join data_object d on d.connection_id = c.id
             where c.connection_key = :connection and d.parent_id is null and (d.name, d.id) > (:name, :id::uuid)
             order by d.name, d.id
             limit :limit
            """.formatted(DataObjectRows.COLUMNS);

    private static final String CHILDREN = """
            select %s, array[d.name, d.id::text] as key
              from connection c
              join data_object d on d.connection_id = c.id
             where c.connection_key = :connection and d.parent_id = :parent and (d.name, d.id) > (:name, :id::uuid)
             order by d.name, d.id
             limit :limit
            """.formatted(DataObjectRows.COLUMNS);

    private static final String CONNECTION_EXISTS =
            "select exists (select from connection where connection_key = :connection)";

    private static final String OBJECT_EXISTS = """
            select exists (select from connection c join data_object d on d.connection_id = c.id
                            where c.connection_key = :connection and d.id = :id)
            """;

    private static final String LOCK = """
            select d.id from connection c join data_object d on d.connection_id = c.id
             where c.connection_key = :connection and d.id = :id
               for no key update of d
            """;

    /** Objects below inherit when they are read, so this updates one row, however many objects are below. */
    private static final String UPDATE_SETTINGS = """
            update data_object d
               set activation = coalesce(:activation, d.activation),
                   new_child_activation = coalesce(:newChildActivation, d.new_child_activation),
                   updated_by = :actor, updated_at = now()
              from connection c
             where c.connection_key = :connection and d.connection_id = c.id and d.id = :id
               and (d.activation, d.new_child_activation)
                   <> (coalesce(:activation, d.activation), coalesce(:newChildActivation, d.new_child_activation))
            """;

    /** Sorts before every name: the start of a list. */
    private static final List<String> START = List.of("", "00000000-0000-0000-0000-000000000000");

    private final JdbcClient jdbc;

    DataObjectStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<DataObjectDetail> find(String connectionKey, UUID id) {
        return jdbc.sql(DETAIL)
                .param("connection", connectionKey)
                .param("id", id)
                .query((row, i) -> new DataObjectDetail(
                        DataObjectRows.object(row),
                        row.getInt("child_count"),
                        columns(row.getString("columns")),
                        Json.tree(row.getString("primary_key")),
                        Json.tree(row.getString("foreign_keys")),
                        row.getString("view_definition")))
                .optional();
    }

    /**
     * Reads and locks the object; needs a surrounding transaction. Settings that it inherits may still change; such a
     * change counts as made after the change of this transaction.
     */
    Optional<DataObjectDetail> lock(String connectionKey, UUID id) {
        return jdbc.sql(LOCK)
                .param("connection", connectionKey)
                .param("id", id)
                .query(UUID.class)
                .optional()
                .flatMap(locked -> find(connectionKey, locked));
    }

    boolean hasConnection(String connectionKey) {
        return jdbc.sql(CONNECTION_EXISTS)
                .param("connection", connectionKey)
                .query(Boolean.class)
                .single();
    }

    boolean has(String connectionKey, UUID id) {
        return jdbc.sql(OBJECT_EXISTS)
                .param("connection", connectionKey)
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    /** At most limit top-level objects by name, after the key; from the first if the key is null. */
    List<Listed> topLevel(String connectionKey, @Nullable List<String> after, int limit) {
        return page(jdbc.sql(TOP_LEVEL).param("connection", connectionKey), after, limit);
    }

    /** At most limit direct children by name, after the key; from the first if the key is null. */
    List<Listed> children(String connectionKey, UUID parent, @Nullable List<String> after, int limit) {
        return page(jdbc.sql(CHILDREN).param("connection", connectionKey).param("parent", parent), after, limit);
    }

    /** Changes the settings that are not null. */
    void updateSettings(
            String connectionKey,
            UUID id,
            @Nullable Activation activation,
            @Nullable Activation newChildActivation,
            String actor) {
        jdbc.sql(UPDATE_SETTINGS)
                .param("connection", connectionKey)
                .param("id", id)
                .param("activation", activation == null ? null : activation.name(), java.sql.Types.VARCHAR)
                .param(
                        "newChildActivation",
                        newChildActivation == null ? null : newChildActivation.name(),
                        java.sql.Types.VARCHAR)
                .param("actor", actor)
                .update();
    }

    private static List<Column> columns(String stored) {
        return Stream.of(Json.read(stored, ObjectDetail.Column[].class))
                .map(Column::of)
                .toList();
    }

    private static List<Listed> page(JdbcClient.StatementSpec statement, @Nullable List<String> after, int limit) {
        List<String> key = after == null ? START : after;
        return statement
                .param("name", key.getFirst())
                .param("id", key.getLast())
                .param("limit", limit)
                .query(DataObjectRows::listed)
                .list();
    }
}
