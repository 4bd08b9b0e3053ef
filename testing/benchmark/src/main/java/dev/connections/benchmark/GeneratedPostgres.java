package dev.connections.benchmark;

import dev.connections.connection.Technology;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One database of a PostgreSQL server, with schemas. */
record GeneratedPostgres(int port, String password) implements GeneratedSource {
    static final SequencedMap<String, Integer> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("schemas", 50);
        DEFAULTS.put("tables", 100);
        DEFAULTS.put("columns", 15);
        DEFAULTS.put("heap-mb", 256);
    }

    private static final String USER = "crawler";

    private static final String[] TYPES = {
        "bigint",
        "text",
        "integer not null",
        "numeric(12, 2) default 0",
        "timestamptz default now()",
        "varchar(80)",
        "boolean"
    };

    /** One block is one transaction, so that its locks do not exceed the server's. */
    private static final String SCHEMA_OF_TABLES = """
            do $$ begin
                perform set_config('synchronous_commit', 'off', true);
                create schema SCHEMA authorization crawler;
                for i in 1..TABLES loop
                    execute format('create table SCHEMA.table_%s (id bigint primary keyCOLUMNS)', i);
                    execute format('comment on table SCHEMA.table_%s is ''Table %s of SCHEMA''', i, i);
                    execute format('alter table SCHEMA.table_%s add foreign key (REFERENCE) references SCHEMA.table_1', i);
                end loop;
            end $$
            """;

    private static final List<String> READS = List.of(
            "select oid::bigint, nspname, obj_description(oid, 'pg_namespace') from pg_namespace", """
            select c.oid::bigint, c.relnamespace::bigint, c.relname, c.relkind, obj_description(c.oid, 'pg_class')
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'f', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
            """, """
            select a.attrelid::bigint, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum)
              from pg_attribute a
              join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
             where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm')
               and n.nspname not in ('pg_catalog', 'information_schema')
             order by a.attrelid, a.attnum
            """, """
            select conrelid::bigint, contype, conname, conkey, confrelid::bigint, confkey
              from pg_constraint where contype in ('p', 'f')
            """);

    /** Makes the database's user and the database itself. */
    static GeneratedPostgres on(DataSource maintenance, int port) {
        GeneratedPostgres made = new GeneratedPostgres(port, UUID.randomUUID().toString());
        JdbcClient jdbc = JdbcClient.create(maintenance);
        jdbc.sql("create role " + USER + " login password '" + made.password() + "'")
                .update();
        jdbc.sql("create database " + DATABASE + " owner " + USER).update();
        return made;
    }

    @Override
    public Technology technology() {
        return Technology.POSTGRESQL;
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public DataSource database() {
        return MeasuredService.source(port, DATABASE);
    }

    @Override
    public List<String> plainReads() {
        return READS;
    }

    @Override
    public String size(Options options) {
        return options.get("schemas") + " schemas x " + options.get("tables") + " tables";
    }

    @Override
    public int columns(Options options) {
        return options.get("schemas") * options.get("tables") * options.get("columns");
    }

    @Override
    public void fill(Options options) {
        JdbcClient jdbc = JdbcClient.create(database());
        int columns = options.get("columns");
        String more = IntStream.range(1, columns)
                .mapToObj(i -> ", column_" + i + " " + TYPES[(i - 1) % TYPES.length])
                .collect(Collectors.joining());
        String reference = columns > 1 ? "column_1" : "id";
        for (int i = 1; i <= options.get("schemas"); i++) {
            jdbc.sql(SCHEMA_OF_TABLES
                            .replace("SCHEMA", "schema_" + i)
                            .replace("TABLES", Integer.toString(options.get("tables")))
                            .replace("COLUMNS", more)
                            .replace("REFERENCE", reference))
                    .update();
        }
        jdbc.sql("vacuum analyze").update();
    }

    @Override
    public String toString() {
        return "GeneratedPostgres[port=" + port + "]";
    }
}
