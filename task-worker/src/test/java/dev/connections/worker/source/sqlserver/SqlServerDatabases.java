package dev.connections.worker.source.sqlserver;

import dev.connections.embedded.Postgres;
import dev.connections.worker.source.StandInDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What a stand-in has: databases of a PostgreSQL, each with tables in place of the catalog views, whose columns are those
 * that Microsoft documents. A comment on a database says what is special about it: OFFLINE, CLOSED to the account, or HIDDEN
 * from it.
 */
final class SqlServerDatabases {
    private static final String CATALOG = """
            create schema sys;
            create sequence sys.ids as int start 901578250;
            create view sys.databases as
                select d.oid::int as database_id, md5(d.oid::text)::uuid as service_broker_guid,
                       case d.datname when 'postgres' then 'master' else d.datname::varchar(128) end as name,
                       case when shobj_description(d.oid, 'pg_database') = 'OFFLINE' then 6 else 0 end::smallint as state,
                       null::int as source_database_id
                  from pg_database d
                 where not d.datistemplate;
            create table sys.schemas (schema_id int primary key, name varchar(128) unique);
            insert into sys.schemas values (1, 'dbo'), (2, 'guest'), (3, 'INFORMATION_SCHEMA'), (4, 'sys'), (16384, 'db_owner');
            create table sys.types (user_type_id int primary key, system_type_id int, name varchar(128),
                is_user_defined smallint default 0, schema_id int default 4);
            insert into sys.types (user_type_id, system_type_id, name) values
                (34, 34, 'image'), (35, 35, 'text'), (36, 36, 'uniqueidentifier'), (40, 40, 'date'), (41, 41, 'time'),
                (42, 42, 'datetime2'), (43, 43, 'datetimeoffset'), (48, 48, 'tinyint'), (52, 52, 'smallint'), (56, 56, 'int'),
                (58, 58, 'smalldatetime'), (59, 59, 'real'), (60, 60, 'money'), (61, 61, 'datetime'), (62, 62, 'float'),
                (98, 98, 'sql_variant'), (99, 99, 'ntext'), (104, 104, 'bit'), (106, 106, 'decimal'), (108, 108, 'numeric'),
                (122, 122, 'smallmoney'), (127, 127, 'bigint'), (128, 240, 'hierarchyid'), (129, 240, 'geometry'),
                (130, 240, 'geography'), (165, 165, 'varbinary'), (167, 167, 'varchar'), (173, 173, 'binary'),
                (175, 175, 'char'), (189, 189, 'timestamp'), (231, 231, 'nvarchar'), (239, 239, 'nchar'), (241, 241, 'xml'),
                (244, 244, 'json'), (255, 255, 'vector'), (256, 231, 'sysname');
            create table sys.objects (object_id int primary key default nextval('sys.ids'), name varchar(128), schema_id int,
                type char(2), is_ms_shipped smallint default 0, parent_object_id int default 0,
                create_date timestamp(3) default '2026-11-01 10:00:00',
                modify_date timestamp(3) default '2026-11-02 10:00:00.123');
            create table sys.tables (object_id int primary key, is_external smallint default 0,
                is_memory_optimized smallint default 0, temporal_type smallint default 0, is_node smallint default 0,
                is_edge smallint default 0, ledger_type smallint default 0);
            create view sys.views as select object_id, is_ms_shipped from sys.objects where type = 'V';
            create table sys.columns (object_id int, column_id int, name varchar(128), user_type_id int default 56,
                max_length smallint default 4, precision smallint default 10, scale smallint default 0,
                is_nullable smallint default 1, is_computed smallint default 0, is_identity smallint default 0,
                default_object_id int default 0, is_hidden smallint default 0, primary key (object_id, column_id));
            create table sys.indexes (object_id int, index_id int);
            create table sys.key_constraints (object_id int default nextval('sys.ids'), name varchar(128),
                parent_object_id int, unique_index_id int default 1, type char(2) default 'PK');
            create table sys.index_columns (object_id int, index_id int default 1, column_id int, key_ordinal smallint);
            create table sys.foreign_keys (object_id int default nextval('sys.ids'), name varchar(128), parent_object_id int);
            create table sys.foreign_key_columns (constraint_object_id int, constraint_column_id int, parent_column_id int,
                referenced_object_id int, referenced_column_id int);
            create table sys.extended_properties (class smallint default 1, major_id int, minor_id int default 0,
                name varchar(128) default 'MS_Description', value varchar(7500));
            create table sys.sql_modules (object_id int, definition text);
            create table sys.default_constraints (object_id int default nextval('sys.ids'), parent_object_id int,
                parent_column_id int, definition text);
            create table sys.computed_columns (object_id int, column_id int, definition text);
            create table sys.server (major int, edition int, zone text);
            insert into sys.server values (16, 3, 'Europe/Berlin');
            create function sys.serverproperty(name text) returns text language sql as
                'select case when name = ''EngineEdition'' then edition else major end::text from sys.server';
            create function sys.current_timezone_id() returns text language sql as 'select zone from sys.server';
            create function sys.db_name() returns varchar language sql as
                'select case current_database() when ''postgres'' then ''master'' else current_database()::varchar end';
            create function sys.quotename(name varchar) returns varchar language sql as
                'select ''['' || replace(name, '']'', '']]'') || '']''';
            create function sys.is_marked(database varchar, mark text) returns boolean language sql as
                'select exists (select from pg_database where datname = database and shobj_description(oid, ''pg_database'') = mark)';
            create function sys.has_dbaccess(database varchar) returns int language sql as
                'select case when sys.is_marked(database, ''CLOSED'') or sys.is_marked(database, ''OFFLINE'')
                                 or (database <> sys.db_name() and exists (select from sys.server where edition = 5))
                             then 0 else 1 end';
            create function sys.has_perms_by_name(securable varchar, class text, permission text) returns int language sql as
                'select case when sys.is_marked(coalesce(trim(both ''[]'' from securable), sys.db_name()), ''HIDDEN'') then 0 else 1 end';
            """;

    private final Postgres postgres;

    SqlServerDatabases(Postgres postgres) {
        this.postgres = postgres;
        // What a login without a database opens; the others are made of it.
        postgres.execute("postgres", CATALOG);
        postgres.execute("template1", CATALOG);
    }

    Postgres postgres() {
        return postgres;
    }

    void create(String name) {
        StandInDatabase.create(postgres, name);
    }

    void drop(String name) {
        StandInDatabase.drop(postgres, name);
    }

    void rename(String from, String to) {
        StandInDatabase.rename(postgres, from, to);
    }

    /** The name of the database that a login may open under this one, whose case does not matter; null for none. */
    @Nullable
    String opened(String name) throws SQLException {
        try (Connection session = StandInDatabase.session(postgres, "postgres");
                PreparedStatement statement = session.prepareStatement(
                        "select name from sys.databases where lower(name) = lower(?) and state = 0"
                                + " and not sys.is_marked(name, 'CLOSED')")) {
            statement.setString(1, name);
            ResultSet row = statement.executeQuery();
            return row.next() ? row.getString(1) : null;
        }
    }

    /** Executes a change of a catalog; each question mark is one of the values. */
    void change(String database, String sql, @Nullable Object... values) {
        StandInDatabase.change(postgres, database, "sys", sql, values);
    }

    /** A session in which statements for SQL Server are executed. */
    Connection connect(String database, String application) throws SQLException {
        Connection session = postgres.connect(database.equals("master") ? "postgres" : database);
        try (Statement statement = session.createStatement()) {
            statement.execute("set search_path = sys");
            statement.execute("set application_name = '" + application.replace("'", "") + "'");
        }
        return session;
    }

    /** A statement as PostgreSQL takes it: types of SQL Server's own, and settings of the session. */
    static String translated(String sql) {
        if (sql.startsWith("set lock_timeout")) {
            return "set lock_timeout = 1000";
        }
        return sql.replace("nvarchar(max)", "text").replace("nvarchar(", "varchar(");
    }
}
