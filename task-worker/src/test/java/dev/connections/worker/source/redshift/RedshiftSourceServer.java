package dev.connections.worker.source.redshift;

import dev.connections.connection.Technology;
import dev.connections.embedded.PostgresServer;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.pgwire.WireRelay;
import dev.connections.worker.source.pgwire.WireSourceServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A stand-in for a cluster: a PostgreSQL server with MD5 logins behind a relay, and with tables in place of the catalog views
 * that only clusters have. It shows which statements are sent and what is made of their answers; not that a cluster
 * takes those statements, nor what its accounts may see.
 */
final class RedshiftSourceServer extends WireSourceServer {
    private static final String RULES = """
            local all all trust
            host all postgres 127.0.0.1/32 trust
            host all clear 127.0.0.1/32 password
            host all all 127.0.0.1/32 md5
            """;

    /** Every database is made from this one. */
    private static final String TEMPLATE = "template1";

    private static final String CATALOG = """
            set allow_system_table_mods = on;
            create view pg_catalog.svv_redshift_databases as
                select datname::varchar(128) as database_name,
                       case when datname like '%\\_share' then 'shared' else 'local' end::varchar(32) as database_type
                  from pg_catalog.pg_database;
            create table pg_catalog.pg_external_schema (esoid oid, eskind int, esdbname text, esoptions text);
            create table pg_catalog.external_column (
                schemaname varchar, tablename varchar, columnname varchar, external_type varchar, columnnum int,
                is_nullable varchar);
            create function pg_catalog.is_granted(schemaname varchar) returns boolean language plpgsql as $$
            begin
                if schemaname = 'forbidden' then
                    raise 'not authorized to perform: glue:GetTables' using errcode = 'XX000';
                end if;
                if schemaname = 'partial' then raise warning 'the catalog did not answer'; end if;
                return true;
            end $$;
            create view pg_catalog.svv_external_columns as
                select current_database()::varchar as redshift_database_name, c.*
                  from pg_catalog.external_column c where pg_catalog.is_granted(c.schemaname);
            create table pg_catalog.external_table (
                schemaname varchar, tablename varchar, tabletype varchar, input_format varchar);
            create view pg_catalog.svv_external_tables as
                select current_database()::varchar as redshift_database_name, t.*
                  from pg_catalog.external_table t where pg_catalog.is_granted(t.schemaname);
            create table pg_catalog.late_binding_column (
                view_schema name, view_name name, col_name name, col_type varchar, col_num int);
            create function pg_catalog.pg_get_late_binding_view_cols() returns setof record language sql as
                'select * from pg_catalog.late_binding_column';
            create function pg_catalog.identity(relation int, number int, steps text) returns int language sql as 'select 1';
            grant select on all tables in schema pg_catalog to public;
            """;

    private final WireRelay relay;

    private RedshiftSourceServer(PostgresServer postgres) {
        super(postgres);
        this.relay = new WireRelay(postgres.port(), null);
        execute(TEMPLATE, CATALOG);
        execute(
                "postgres",
                "set password_encryption = 'md5'; create role " + USER + " login superuser password '" + SECRET + "'");
    }

    /** The one that tests share; it ends with their process. */
    static RedshiftSourceServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final RedshiftSourceServer SERVER = start();
    }

    private static RedshiftSourceServer start() {
        try {
            Path rules = Files.createTempFile("redshift-rules-", ".conf");
            rules.toFile().deleteOnExit();
            Files.writeString(rules, RULES);
            PostgresServer postgres = PostgresServer.startTemporary(Map.of("hba_file", rules.toString()));
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
            return new RedshiftSourceServer(postgres);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Executes statements as a superuser who may change the system's catalog. */
    void execute(String database, String sql) {
        try (Connection connection = postgres().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("set allow_system_table_mods = on");
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Technology technology() {
        return Technology.REDSHIFT;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new RedshiftSource(dialer);
    }

    @Override
    public int port() {
        return relay.port();
    }

    WireRelay relay() {
        return relay;
    }

    /** Creates a role whose password is kept as MD5, and is that of the others. */
    void createRole(String name) {
        execute(
                "postgres",
                "set password_encryption = 'md5'; create role " + name + " login password '" + SECRET + "'");
    }
}
