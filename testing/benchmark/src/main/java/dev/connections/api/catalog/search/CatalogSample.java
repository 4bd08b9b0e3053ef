package dev.connections.api.catalog.search;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A catalog to measure on, made by the database itself: connections of three technologies, each with two databases of ten
 * schemas. Names are of two words and five hexadecimal digits. Of the tables one in ten is a view, one in fifty is
 * missing, and one in five hundred is disabled.
 */
record CatalogSample(int connections, int tablesOfASchema) {
    private static final String NAMES = """
            create or replace function sample_name(n bigint) returns text language sql immutable as $$
                select (array['customer', 'order', 'invoice', 'product', 'shipment', 'payment', 'ledger', 'session',
                              'event', 'audit', 'stock', 'price', 'user', 'account', 'device', 'claim'])[1 + n % 16]
                    || '_' || (array['line', 'header', 'history', 'daily', 'snapshot', 'detail', 'summary', 'archive',
                                     'stage', 'fact', 'dim', 'raw'])[1 + (n / 16) % 12]
                    || '_' || substr(md5(n::text), 1, 5)
            $$
            """;

    private static final String CONNECTIONS = """
            insert into connection (id, connection_key, technology, state, client_configuration, settings,
                                    created_by, updated_by)
            select md5('connection' || c)::uuid, 'conn-' || c, (array['PostgreSQL', 'MySQL', 'Snowflake'])[1 + c % 3],
                   'ACTIVE', jsonb_build_object('host', 'db' || c || '.example.com', 'port', 5432), '{}', 'alice', 'alice'
              from generate_series(1, :connections) c
            """;

    /** One row for each schema, with the ids and the hour of its crawl. */
    private static final String LAYOUT = """
            create table sample_layout as
            select c, d, s, md5('connection' || c)::uuid as connection, md5('database' || c || '/' || d)::uuid as database,
                   md5('schema' || c || '/' || d || '/' || s)::uuid as schema,
                   timestamptz '2026-01-01' + c * interval '1 hour' + d * interval '1 minute' as at
              from generate_series(1, :connections) c, generate_series(1, 2) d, generate_series(1, 10) s
            """;

    private static final String DATABASES = """
            insert into data_object (id, connection_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, content_hash, listed_with, created_by, created_at,
                                     updated_by, updated_at)
            select database, connection, database, 'database_' || d, 'DATABASE', 'DATABASE', array['database_' || d],
                   array['DATABASE'], '', d::text, '', connection, 'system', at, 'system', at
              from sample_layout where s = 1
            """;

    private static final String SCHEMAS = """
            insert into data_object (id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, content_hash, listed_with, created_by, created_at,
                                     updated_by, updated_at)
            select schema, connection, database, database, 'schema_' || s, 'SCHEMA', 'SCHEMA',
                   array['database_' || d, 'schema_' || s], array['DATABASE', 'SCHEMA'], 'database_' || d,
                   (1000 + s)::text, '', database, 'system', at, 'system', at
              from sample_layout
            """;

    private static final String COLUMNS = """
            create table sample_columns as
            with named as (
                select v, i, case when i = 1 then 'id' when i = 2 then 'created_at'
                                  when i < 8 then (array['name', 'status', 'amount', 'currency', 'email', 'city',
                                                         'country', 'note', 'quantity', 'rate'])[1 + (v + i) % 10]
                                                  || case when i > 5 then '_' || i else '' end
                                  else 'c' || (v * 7 + i) end as name
                  from generate_series(0, 4999) v, generate_series(1, 12) i
            )
            select v, array_agg(name order by i) as names,
                   jsonb_build_object(
                       'columns', jsonb_agg(jsonb_build_object(
                           'name', name, 'ordinal', i, 'remoteType', 'character varying(40)', 'normalizedType', 'STRING',
                           'nullable', true, 'defaultValue', null, 'generated', false, 'identity', false,
                           'description', null) order by i),
                       'primaryKey', jsonb_build_array('id'), 'foreignKeys', '[]'::jsonb) as detail
              from named group by v
            """;

    /** Ids are of version 7, as a crawl makes them: a time, and the rest at random. */
    private static final String TABLES = """
            with numbered as (
                select l.*, n, md5(c || '/' || n) as hash,
                       abs(hashtext('type' || c || '/' || n)) % 1000 as t, abs(hashtext('name' || c || '/' || n)) as words,
                       abs(hashtext('state' || c || '/' || n)) % 5000 as a,
                       abs(hashtext('missing' || c || '/' || n)) % 50 = 0 as missing
                  from sample_layout l, generate_series(((d - 1) * 10 + s - 1) * :tables + 1,
                                                        ((d - 1) * 10 + s) * :tables) n
            ), typed as (
                select *, t between 100 and 209 as view, sample_name(words) as name,
                       case when t = 0 then 'FOREIGN_TABLE' when t between 100 and 109 then 'MATERIALIZED_VIEW'
                            when t between 110 and 209 then 'VIEW' else 'TABLE' end as type
                  from numbered
            )
            insert into data_object (id, connection_id, parent_id, root_id, name, type, normalized_type, path, path_types,
                                     remote_scope, remote_id, content_hash, detail, column_names, missing_since,
                                     listed_with, synced_at, activation, created_by, created_at, updated_by, updated_at)
            select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
                        || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
                   connection, schema, database, name, type, case when view then 'VIEW' else 'TABLE' end,
                   array['database_' || d, 'schema_' || s, name], array['DATABASE', 'SCHEMA', type],
                   'database_' || d, (20000 + n)::text, decode(hash, 'hex'), detail, names,
                   case when missing then at + interval '3 days' end, case when not missing then schema end,
                   case when missing then at end,
                   case when a < 10 then 'DISABLED' when a = 10 then 'ENABLED' else 'INHERIT' end,
                   'system', at,
                   'system', at + n % 3 * (words % 50000) * interval '1 minute'
              from typed join sample_columns on v = n % 5000
            """;

    private static final String LISTINGS = """
            insert into listing (id, connection_id, listed_at)
            select connection, connection, at from sample_layout where d = 1 and s = 1
            union all
            select database, connection, at from sample_layout where s = 1
            union all
            select schema, connection, at from sample_layout
            """;

    /** How many tables and views a connection has. */
    int tablesOfAConnection() {
        return 20 * tablesOfASchema;
    }

    /** Fills a database that has the schema and nothing in it. */
    void writeTo(JdbcClient database) {
        database.sql(NAMES).update();
        database.sql(CONNECTIONS).param("connections", connections).update();
        database.sql(LAYOUT).param("connections", connections).update();
        database.sql(DATABASES).update();
        database.sql(SCHEMAS).update();
        database.sql(COLUMNS).update();
        database.sql(TABLES).param("tables", tablesOfASchema).update();
        database.sql(LISTINGS).update();
        database.sql("select note_names(array_agg(name)) from data_object")
                .query((row, i) -> true)
                .list();
        database.sql("vacuum analyze data_object").update();
        database.sql("vacuum analyze listing").update();
    }
}
