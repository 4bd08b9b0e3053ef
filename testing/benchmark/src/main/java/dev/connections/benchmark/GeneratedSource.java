package dev.connections.benchmark;

import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database to crawl: schemas of tables, each with a primary key, a foreign key and a comment. */
record GeneratedSource(int port, String password) {
    static final String DATABASE = "warehouse";
    static final String USER = "crawler";

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

    /** Makes the database's user and the database itself. */
    static GeneratedSource on(DataSource maintenance, int port) {
        GeneratedSource made = new GeneratedSource(port, UUID.randomUUID().toString());
        JdbcClient jdbc = JdbcClient.create(maintenance);
        jdbc.sql("create role " + USER + " login password '" + made.password() + "'")
                .update();
        jdbc.sql("create database " + DATABASE + " owner " + USER).update();
        return made;
    }

    /** Fills the database. */
    static void fill(DataSource source, int schemas, int tables, int columns) {
        JdbcClient jdbc = JdbcClient.create(source);
        String more = IntStream.range(1, columns)
                .mapToObj(i -> ", column_" + i + " " + TYPES[(i - 1) % TYPES.length])
                .collect(Collectors.joining());
        String reference = columns > 1 ? "column_1" : "id";
        for (int i = 1; i <= schemas; i++) {
            jdbc.sql(SCHEMA_OF_TABLES
                            .replace("SCHEMA", "schema_" + i)
                            .replace("TABLES", Integer.toString(tables))
                            .replace("COLUMNS", more)
                            .replace("REFERENCE", reference))
                    .update();
        }
        jdbc.sql("vacuum analyze").update();
    }

    @Override
    public String toString() {
        return "GeneratedSource[port=" + port + "]";
    }
}
