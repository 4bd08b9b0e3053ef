package dev.connections.benchmark;

import dev.connections.connection.Technology;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** One database of a MariaDB or MySQL whose superuser root has no password. */
record GeneratedMysql(int port) implements GeneratedSource {
    static final SequencedMap<String, Integer> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("tables", 3_000);
        DEFAULTS.put("columns", 16);
        DEFAULTS.put("heap-mb", 256);
        DEFAULTS.put("port", 0);
    }

    private static final String USER = "crawler";
    private static final String PASSWORD = "crawler";

    private static final String[] TYPES = {
        "bigint",
        "text",
        "int not null",
        "decimal(12, 2) default 0",
        "timestamp null default current_timestamp",
        "varchar(80) default 'none' comment 'A name'",
        "boolean"
    };

    private static final List<String> READS = List.of(
            "select schema_name from information_schema.schemata",
            """
            select table_name, table_type, engine, table_comment, create_options, create_time
              from information_schema.tables where table_schema = 'warehouse'
            """,
            """
            select table_name, ordinal_position, column_name, column_type, data_type, is_nullable, column_default, extra,
                   generation_expression, column_comment
              from information_schema.columns where table_schema = 'warehouse'
            """,
            """
            select table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name,
                   referenced_column_name
              from information_schema.key_column_usage where table_schema = 'warehouse'
            """,
            "select table_name, view_definition from information_schema.views where table_schema = 'warehouse'");

    @Override
    public Technology technology() {
        return Technology.MYSQL;
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return PASSWORD;
    }

    @Override
    public DataSource database() {
        try {
            return new MariaDbDataSource("jdbc:mariadb://127.0.0.1:" + port + "/?user=root&sslMode=disable");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<String> plainReads() {
        return READS;
    }

    @Override
    public String size(Options options) {
        return options.get("tables") + " tables";
    }

    @Override
    public int columns(Options options) {
        return options.get("tables") * options.get("columns");
    }

    @Override
    public void fill(Options options) throws SQLException {
        String more = IntStream.range(1, options.get("columns"))
                .mapToObj(i -> ", column_" + i + " " + TYPES[(i - 1) % TYPES.length])
                .collect(Collectors.joining());
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists " + DATABASE);
            statement.execute("create database " + DATABASE);
            statement.execute("drop user if exists " + USER);
            // MySQL's own default would need TLS that verifies the server.
            boolean isMysql = !connection.getMetaData().getDatabaseProductName().contains("MariaDB");
            statement.execute("create user " + USER + " identified " + (isMysql ? "with mysql_native_password " : "")
                    + "by '" + PASSWORD + "'");
            statement.execute("grant select, show view on " + DATABASE + ".* to " + USER);
            statement.execute("use " + DATABASE);
            for (int i = 1; i <= options.get("tables"); i++) {
                statement.execute("create table table_" + i + " (id bigint primary key" + more
                        + ", foreign key (column_1) references table_1 (id)) comment 'Table " + i + "'");
            }
        }
    }
}
