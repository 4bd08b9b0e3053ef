package dev.connections.worker.source.teradata;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.embedded.Postgres;
import dev.connections.json.Json;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Relay;
import dev.connections.worker.source.ServerCertificate;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceServer;
import dev.connections.worker.source.StandInDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for a system: a PostgreSQL whose schema {@code dbc} has tables with the columns that Teradata documents, so that
 * the crawler's own statements run, by a stand-in for the driver and by the way that the real one goes. It shows what is
 * made of the rows; not that a system takes the statements, nor what it shows to whom.
 */
final class TeradataSourceServer implements SourceServer {
    static final String USER = "contract";
    static final String SECRET = "s3cret-of-contract";

    /** Codes are padded as a session in UTF-8 gets them: to three bytes for each character. */
    private static final String DICTIONARY = """
            create schema dbc;
            create table dbc.databasesv (
                databasename varchar(128), dbkind char(3), commentstring varchar(255), createtimestamp timestamp(0),
                lastaltertimestamp timestamp(0));
            create table dbc.tablesv (
                databasename varchar(128), tablename varchar(128), tablekind char(3), commitopt char(3),
                commentstring varchar(255), createtimestamp timestamp(0), lastaltertimestamp timestamp(0),
                requesttxtoverflow char(3), requesttext varchar(12500));
            create table dbc.tabletextv (
                databasename varchar(128), tablename varchar(128), tablekind char(3), lineno smallint,
                requesttext varchar(32000));
            create table dbc.all_columns (
                databasename varchar(128), tablename varchar(128), columnid smallint, columnname varchar(128),
                columntype char(6), columnlength int, decimaltotaldigits smallint, decimalfractionaldigits smallint,
                chartype smallint, columnudtname varchar(128), nullable char(3), defaultvalue varchar(1024),
                idcoltype char(6), commentstring varchar(255));
            create table dbc.indicesv (
                databasename varchar(128), tablename varchar(128), indexnumber smallint, indextype char(3),
                columnname varchar(128), columnposition smallint);
            create table dbc.all_ri_childrenv (
                indexid smallint, indexname varchar(128), childdb varchar(128), childtable varchar(128),
                childkeycolumn varchar(128), parentdb varchar(128), parenttable varchar(128),
                parentkeycolumn varchar(128));
            create table dbc.switches (view_columns boolean);
            insert into dbc.switches values (true);
            create function dbc.has_view_columns() returns boolean language plpgsql stable as $$
            begin
                if not (select view_columns from dbc.switches) then
                    raise 'The QVCI feature is disabled.' using errcode = 'T9719';
                end if;
                return true;
            end $$;
            create view dbc.columnsqv as select * from dbc.all_columns where dbc.has_view_columns();
            create view dbc.columnsv as
                select c.databasename, c.tablename, columnid, columnname,
                       case when t.tablekind = 'V' then null else columntype end as columntype,
                       columnlength, decimaltotaldigits, decimalfractionaldigits, chartype, columnudtname, nullable,
                       defaultvalue, idcoltype, c.commentstring
                  from dbc.all_columns c
                  join dbc.tablesv t on t.databasename = c.databasename and t.tablename = c.tablename;
            create function char2hexint(name text) returns text language plpgsql immutable as $$
            declare
                code int;
                hex text := '';
            begin
                for i in 1..length(name) loop
                    code := ascii(substr(name, i, 1));
                    if code > 65535 then
                        hex := hex || to_hex(55296 + ((code - 65536) >> 10));
                        code := 56320 + ((code - 65536) & 1023);
                    end if;
                    hex := hex || lpad(to_hex(code), 4, '0');
                end loop;
                return upper(hex);
            end $$;
            grant usage on schema dbc to public;
            grant select on all tables in schema dbc to public;
            """;

    private static final String COLUMN = """
            insert into dbc.all_columns (databasename, tablename, columnid, columnname, columntype, columnlength, nullable)
            select ?, ?, 1024 + number, name, 'I', 4, 'Y' from unnest(?) with ordinality as of(name, number)""";

    private static final List<String> TABLES = List.of("tablesv", "tabletextv", "all_columns", "indicesv");

    private final Postgres postgres;
    private final StandInDriver driver;
    private final ServerCertificate certificate;
    private final Relay encrypted;

    private TeradataSourceServer(Postgres postgres, ServerCertificate certificate) {
        this.postgres = postgres;
        this.driver = new StandInDriver(postgres);
        this.certificate = certificate;
        this.encrypted = new Relay(postgres.port(), certificate.context().getServerSocketFactory());
        postgres.createDatabase(StandInDriver.DATABASE, USER, SECRET);
        execute(DICTIONARY);
    }

    /** The one that tests share; it ends with their process. */
    static TeradataSourceServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final TeradataSourceServer SERVER = start();
    }

    private static TeradataSourceServer start() {
        try {
            Path folder = Files.createTempDirectory("teradata-");
            ServerCertificate certificate = ServerCertificate.make(folder);
            return new TeradataSourceServer(StandInDatabase.shared(), certificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Postgres postgres() {
        return postgres;
    }

    StandInDriver driver() {
        return driver;
    }

    void execute(String sql) {
        postgres.execute(StandInDriver.DATABASE, sql);
    }

    /** Executes a change of the dictionary; each question mark is one of the values. */
    void change(String sql, @Nullable Object... values) {
        StandInDatabase.change(postgres, StandInDriver.DATABASE, "dbc", sql, values);
    }

    @Override
    public Technology technology() {
        return Technology.TERADATA;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new TeradataSource(
                dialer, new TeradataDialect(() -> driver, (limits, mode) -> new AnswerCheck(limits), true));
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE);
    }

    @Override
    public int port() {
        return encrypted.port();
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        return List.of(
                configuration("localhost", port, "VERIFY_FULL", certificate.pem()),
                configuration("127.0.0.1", port, "DISABLE", null));
    }

    static ObjectNode configuration(String host, int port, String mode, @Nullable String authority) {
        ObjectNode configuration = Json.object().put("host", host).put("port", port);
        ObjectNode tls = configuration.putObject("tls").put("mode", mode);
        if (authority != null) {
            tls.put("caCertificate", authority);
        }
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", USER)
                .put("password", SECRET);
        return configuration;
    }

    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.withObject("/credential").put("password", secret);
    }

    @Override
    public boolean greets() {
        return false;
    }

    @Override
    public String beginningOfAnswer() {
        // A long record of TLS.
        return "\26\3\3\77\377";
    }

    @Override
    public List<String> garbage() {
        return List.of("\3\2\n", "E\177\377\377\377", "R\0\0\0\10", "\25\3\3");
    }

    @Override
    public void createDatabase(String name) {
        change("insert into dbc.databasesv values (?, 'D', null, '2024-01-02 03:04:05', '2024-05-06 07:08:09')", name);
    }

    @Override
    public void dropDatabase(String name) {
        for (String table : TABLES) {
            change("delete from dbc." + table + " where databasename = ?", name);
        }
        change("delete from dbc.all_ri_childrenv where childdb = ?", name);
        change("delete from dbc.databasesv where databasename = ?", name);
    }

    @Override
    public void createSchema(List<String> path) {
        throw new UnsupportedOperationException("there are no schemas");
    }

    @Override
    public void dropSchema(List<String> path) {
        throw new UnsupportedOperationException("there are no schemas");
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        create(path, "T", null);
        change(COLUMN, path.getFirst(), path.getLast(), columns.toArray(String[]::new));
    }

    /** Adds a relation without columns. */
    void create(List<String> path, String kind, @Nullable String text) {
        change("""
                insert into dbc.tablesv (databasename, tablename, tablekind, commitopt, createtimestamp,
                                         lastaltertimestamp, requesttext)
                values (?, ?, ?, 'N', '2024-01-02 03:04:05', '2024-05-06 07:08:09', ?)""", path.getFirst(), path.getLast(), kind, text);
    }

    @Override
    public void createView(List<String> path, String table) {
        create(path, "V", "create view " + path.getLast() + " as select * from " + table);
        change("""
                insert into dbc.all_columns (databasename, tablename, columnid, columnname, columntype, columnlength, nullable)
                select databasename, ?, columnid, columnname, columntype, columnlength, nullable
                  from dbc.all_columns where databasename = ? and tablename = ?""", path.getLast(), path.getFirst(), table);
    }

    @Override
    public void renameTable(List<String> path, String name) {
        for (String table : TABLES) {
            change(
                    "update dbc." + table + " set tablename = ? where databasename = ? and tablename = ?",
                    name,
                    path.getFirst(),
                    path.getLast());
        }
    }

    @Override
    public void dropTable(List<String> path) {
        for (String table : TABLES) {
            change(
                    "delete from dbc." + table + " where databasename = ? and tablename = ?",
                    path.getFirst(),
                    path.getLast());
        }
    }

    @Override
    public void dropView(List<String> path) {
        dropTable(path);
    }

    @Override
    public boolean keepsIds() {
        return false;
    }

    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(128),
                "é".repeat(128),
                "Bestellung/é",
                " {a,b} \\N \t\"q\" ",
                "表🐘",
                "\uffee",
                "%s*?[a]**",
                "'; drop table x; --",
                "two\nlines\u0001",
                "..",
                "null");
    }

    @Override
    public AutoCloseable hold(String database) {
        try {
            Connection holder = postgres.connect(StandInDriver.DATABASE);
            holder.setAutoCommit(false);
            try (Statement statement = holder.createStatement()) {
                statement.execute("lock table dbc.indicesv in access exclusive mode");
            }
            return holder;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean isHeld(String database) {
        try (Connection observer = postgres.connect("postgres");
                Statement statement = observer.createStatement();
                ResultSet row = statement.executeQuery("select exists (select from pg_stat_activity where usename = '"
                        + USER + "' and wait_event_type = 'Lock')")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
