package dev.connections.api.catalog;

import dev.connections.api.RunningApi;
import dev.connections.json.Ids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A connection with data objects, written straight into the tables. */
public final class CatalogFixture {
    private static final String INSERT = """
            insert into data_object (id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, content_hash, listed_with, created_by, created_at,
                                     updated_by, updated_at)
            select cast(:id as uuid), c.id, p.id, coalesce(p.root_id, cast(:id as uuid)), :name, :type, :normalized,
                   coalesce(p.path, '{}') || cast(:name as text), coalesce(p.path_types, '{}') || cast(:type as text),
                   coalesce(p.id::text, ''), :remoteId, '', (select id from listing where id = coalesce(p.id, c.id)),
                   'system', :at::timestamptz, 'system', :at::timestamptz
              from connection c left join data_object p on p.id = cast(:parent as uuid)
             where c.connection_key = :key
            """;

    private static final String LIST = """
            with listed as (
                insert into listing (id, connection_id, listed_at)
                select coalesce(cast(:parent as uuid), id), id, :at::timestamptz
                  from connection where connection_key = :key
                on conflict (id) do update set listed_at = excluded.listed_at
                returning *
            )
            update data_object o set listed_with = l.id
              from listed l
             where o.connection_id = l.connection_id and o.parent_id is not distinct from cast(:parent as uuid)
            """;

    private static final String MANY = """
            insert into data_object (id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, content_hash, created_by, updated_by)
            select gen_random_uuid(), p.connection_id, p.id, p.root_id, 't' || n, 'TABLE', 'TABLE', p.path || ('t' || n),
                   p.path_types || 'TABLE'::text, p.id::text, 'r-t' || n, '', 'system', 'system'
              from data_object p, generate_series(1, :count) n
             where p.id = :schema
            """;

    /** The path of the connection. */
    public final String path;

    public final String key;
    private final RunningApi api;

    public CatalogFixture(RunningApi api) {
        this.api = api;
        this.path = api.newConnection();
        this.key = path.substring(path.lastIndexOf('/') + 1);
    }

    /** A database; returns its id. */
    public UUID database(String name) {
        return object(null, name, "DATABASE", "DATABASE");
    }

    /** A schema; returns its id. */
    public UUID schema(UUID database, String name) {
        return object(database, name, "SCHEMA", "SCHEMA");
    }

    /** A table; returns its id. */
    public UUID table(UUID schema, String name) {
        return object(schema, name, "TABLE", "TABLE");
    }

    public UUID object(@Nullable UUID parent, String name, String type, String normalizedType) {
        UUID id = Ids.next();
        api.database()
                .sql(INSERT)
                .param("id", id)
                .param("parent", parent, java.sql.Types.OTHER)
                .param("key", key)
                .param("name", name)
                .param("type", type)
                .param("normalized", normalizedType)
                .param("remoteId", "r-" + name)
                .param("at", "2026-03-01T10:20:30.400+02:00")
                .update();
        return id;
    }

    /** Says when a crawl listed the children that an object has; of the connection where it is null. */
    public void listed(@Nullable UUID parent, String at) {
        api.database()
                .sql(LIST)
                .param("parent", parent, java.sql.Types.OTHER)
                .param("key", key)
                .param("at", at)
                .update();
    }

    /** Changes columns of an object. */
    public void set(UUID id, String assignments) {
        api.database()
                .sql("update data_object set " + assignments + " where id = :id")
                .param("id", id)
                .update();
    }

    /** That many tables, t1 and so on, in the schema. */
    public void many(UUID schema, int count) {
        api.database().sql(MANY).param("schema", schema).param("count", count).update();
    }

    /** Deletes the objects right below one, which have none below them. */
    public void deleteBelow(UUID parent) {
        api.database()
                .sql("delete from data_object where parent_id = :parent")
                .param("parent", parent)
                .update();
    }

    /** The transaction that wrote the row of each object of the connection last, by the object's id. */
    Map<String, String> writers() {
        Map<String, String> writers = new HashMap<>();
        api.database()
                .sql("select o.id, o.xmin from data_object o join connection c on c.id = o.connection_id"
                        + " where c.connection_key = :key")
                .param("key", key)
                .query(row -> {
                    writers.put(row.getString(1), row.getString(2));
                });
        return writers;
    }

    /** The path of an object. */
    public String data(UUID id) {
        return path + "/data/" + id;
    }

    /** The member at the JSON pointer of each object on the page. */
    public static List<String> all(dev.connections.api.Answer page, String pointer) {
        List<String> values = new ArrayList<>();
        page.json().path("data").forEach(object -> values.add(object.at(pointer).asString()));
        return values;
    }
}
