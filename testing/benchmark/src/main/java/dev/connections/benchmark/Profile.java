package dev.connections.benchmark;

import static dev.connections.benchmark.TaskBenchmark.number;

import java.io.PrintStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where PostgreSQL's time goes, as pg_stat_statements counts it; statements in functions count in those that call them too. */
final class Profile {
    private static final String TOP = """
            select calls, total_plan_time as planned, total_exec_time as executed, rows,
                   left(regexp_replace(query, '\\s+', ' ', 'g'), 100) as query
              from pg_stat_statements
             order by total_plan_time + total_exec_time desc limit 25
            """;

    private final JdbcClient jdbc;

    Profile(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void reset() {
        jdbc.sql("create extension if not exists pg_stat_statements").update();
        jdbc.sql("select pg_stat_statements_reset()").query(row -> {});
    }

    void print(int tasks, PrintStream out) {
        Table table =
                new Table("PostgreSQL per 1,000 tasks", "statement", "calls", "rows", "planning ms", "execution ms");
        jdbc.sql(TOP)
                .query((row, i) -> table.row(
                        row.getString("query"),
                        per(row.getDouble("calls"), tasks),
                        per(row.getDouble("rows"), tasks),
                        per(row.getDouble("planned"), tasks),
                        per(row.getDouble("executed"), tasks)))
                .list();
        table.print(out);
    }

    private static String per(double value, int tasks) {
        return number("%.1f", value * 1000 / tasks);
    }
}
