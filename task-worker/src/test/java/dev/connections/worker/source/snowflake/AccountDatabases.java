package dev.connections.worker.source.snowflake;

import dev.connections.embedded.Postgres;
import dev.connections.worker.source.StandInDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an account has: databases of a PostgreSQL, each with an Information Schema of tables whose columns are those that
 * Snowflake documents, so that the crawler's own statements run. It shows what is made of the rows; not that Snowflake takes
 * the statements.
 */
final class AccountDatabases {
    private static final String TEMPLATE = """
            create schema "INFORMATION_SCHEMA";
            set search_path = "INFORMATION_SCHEMA";
            create table "SCHEMATA" ("SCHEMA_NAME" text primary key, "COMMENT" text, "CREATED" text,
                "CATALOG_NAME" text default current_database());
            create table "TABLES" ("TABLE_SCHEMA" text, "TABLE_NAME" text, "TABLE_TYPE" text, "IS_TRANSIENT" text,
                "IS_DYNAMIC" text, "IS_ICEBERG" text, "CREATED" text, "LAST_DDL" text, "COMMENT" text,
                primary key ("TABLE_SCHEMA", "TABLE_NAME"));
            create table "COLUMNS" ("TABLE_SCHEMA" text, "TABLE_NAME" text, "COLUMN_NAME" text, "ORDINAL_POSITION" int,
                "DATA_TYPE" text, "CHARACTER_MAXIMUM_LENGTH" int, "CHARACTER_OCTET_LENGTH" int, "NUMERIC_PRECISION" int,
                "NUMERIC_SCALE" int, "DATETIME_PRECISION" int, "IS_NULLABLE" text default 'YES', "COLUMN_DEFAULT" text,
                "IS_IDENTITY" text default 'NO', "COMMENT" text);
            create table "VIEWS" ("TABLE_SCHEMA" text, "TABLE_NAME" text, "VIEW_DEFINITION" text);
            create table "primary" ("schema_name" text, "table_name" text, "column_name" text, "key_sequence" int,
                "constraint_name" text);
            create table "imported" ("pk_database_name" text, "pk_schema_name" text, "pk_table_name" text,
                "pk_column_name" text, "fk_schema_name" text, "fk_table_name" text, "fk_column_name" text,
                "key_sequence" int, "fk_name" text);
            create table "materialized" ("schema_name" text, "name" text, "text" text);
            create table "described" ("table_schema" text, "table_name" text, "name" text, "type" text);
            """;

    private static final String NAME = "\"((?:[^\"]|\"\")+)\"";
    private static final Pattern SHOW = Pattern.compile(
            "show (primary|imported|materialized) (?:keys|views) in (?:database|schema) " + NAME + "(?:\\." + NAME
                    + ")?",
            Pattern.DOTALL);
    private static final Pattern DESCRIBE =
            Pattern.compile("describe table " + NAME + "\\." + NAME + "\\." + NAME, Pattern.DOTALL);
    private static final Pattern FROM = Pattern.compile("from " + NAME + "\\.\"INFORMATION_SCHEMA\"", Pattern.DOTALL);

    private final Postgres postgres;
    private final Map<String, Database> databases = new ConcurrentSkipListMap<>();

    record Database(String name, String kind, @Nullable String comment) {}

    /** The rows of a statement, and the names of their columns. */
    record Rows(List<String> columns, List<@Nullable String[]> rows) {}

    AccountDatabases(Postgres postgres) {
        this.postgres = postgres;
    }

    void create(String name, String kind, @Nullable String comment) {
        databases.put(name, new Database(name, kind, comment));
        StandInDatabase.create(postgres, name);
        postgres.execute(name, TEMPLATE);
    }

    void drop(String name) {
        databases.remove(name);
        StandInDatabase.drop(postgres, name);
    }

    /** Executes a change of the tables of a database; each question mark is one of the values. */
    void change(String database, String sql, @Nullable Object... values) {
        StandInDatabase.change(postgres, database, "INFORMATION_SCHEMA", sql, values);
    }

    /** The database that a statement reads; empty for none. */
    static String databaseOf(String sql) {
        Matcher shown = SHOW.matcher(sql);
        Matcher described = DESCRIBE.matcher(sql);
        Matcher from = FROM.matcher(sql);
        if (described.matches()) {
            return unquoted(described.group(1));
        }
        if (shown.matches()) {
            return unquoted(shown.group(2));
        }
        return from.find() ? unquoted(from.group(1)) : "";
    }

    /**
     * Executes a statement or a command.
     *
     * @throws SQLException where the account would refuse it
     */
    Rows execute(String sql, List<String> values) throws SQLException {
        if (sql.equals("show databases")) {
            return new Rows(
                    List.of("created_on", "name", "kind", "origin", "comment"),
                    databases.values().stream()
                            .<@Nullable String[]>map(it -> new @Nullable String[] {
                                "1700000000.123000000 1440", it.name, it.kind, "", it.comment
                            })
                            .toList());
        }
        Matcher shown = SHOW.matcher(sql);
        boolean isShow = shown.matches();
        String database = databaseOf(sql);
        if (!databases.containsKey(database)) {
            throw new SQLException(
                    "Database '" + database.toUpperCase(Locale.ROOT) + "' does not exist or not authorized.");
        }
        Matcher described = DESCRIBE.matcher(sql);
        if (described.matches()) {
            return read(
                    database,
                    "select \"name\", \"type\", 'COLUMN' as \"kind\" from \"described\""
                            + " where \"table_schema\" = ? and \"table_name\" = ?",
                    List.of(unquoted(described.group(2)), unquoted(described.group(3))));
        }
        String statement = isShow ? "select * from \"" + shown.group(1) + "\"" : sql;
        List<String> bound = values;
        if (isShow && shown.group(3) != null) {
            String column = shown.group(1).equals("imported") ? "fk_schema_name" : "schema_name";
            statement += " where \"" + column + "\" = ?";
            bound = List.of(unquoted(shown.group(3)));
        }
        if (isShow) {
            statement += " limit 10000";
        }
        return read(database, statement, bound);
    }

    private Rows read(String database, String sql, List<String> values) throws SQLException {
        try (Connection session = StandInDatabase.session(postgres, database);
                PreparedStatement statement = session.prepareStatement(sql)) {
            session.setSchema("INFORMATION_SCHEMA");
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            try (ResultSet row = statement.executeQuery()) {
                int width = row.getMetaData().getColumnCount();
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    columns.add(row.getMetaData().getColumnLabel(i));
                }
                List<@Nullable String[]> rows = new ArrayList<>();
                while (row.next()) {
                    @Nullable String[] texts = new String[width];
                    for (int i = 0; i < width; i++) {
                        texts[i] = row.getString(i + 1);
                    }
                    rows.add(texts);
                }
                return new Rows(columns, rows);
            }
        }
    }

    private static String unquoted(String name) {
        return name.replace("\"\"", "\"");
    }
}
