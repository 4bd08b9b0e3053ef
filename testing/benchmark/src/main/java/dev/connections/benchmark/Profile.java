package dev.connections.benchmark;

import static dev.connections.benchmark.TaskBenchmark.number;

import java.io.PrintStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where PostgreSQL's time goes, as pg_stat_statements counts it, where statements in functions count in those that call them too;
 * and what it writes, as its log has it: commits, index entries, changes of rows.
 */
final class Profile {
    private static final String TOP = """
            select calls, total_plan_time as planned, total_exec_time as executed, rows,
                   left(regexp_replace(query, '\\s+', ' ', 'g'), 100) as query
              from pg_stat_statements
             order by total_plan_time + total_exec_time desc limit 25
            """;

    private static final String WRITTEN = """
            select "resource_manager/record_type" as record, count, record_size
              from pg_get_wal_stats(:since::pg_lsn, pg_current_wal_flush_lsn(), true)
             where count > 0
             order by count desc limit 15
            """;

    private final JdbcClient jdbc;
    private String since = "";

    Profile(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void reset() {
        jdbc.sql("create extension if not exists pg_stat_statements").update();
        jdbc.sql("create extension if not exists pg_walinspect").update();
        jdbc.sql("select pg_stat_statements_reset()").query(row -> {});
        since = jdbc.sql("select pg_current_wal_flush_lsn()::text")
                .query(String.class)
                .single();
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
        Table written = new Table("PostgreSQL's log per 1,000 tasks", "record", "number", "kB");
        jdbc.sql(WRITTEN)
                .param("since", since)
                .query((row, i) -> written.row(
                        row.getString("record"),
                        per(row.getDouble("count"), tasks),
                        per(row.getDouble("record_size") / 1000, tasks)))
                .list();
        written.print(out);
        out.println(
                "  Btree/INSERT_LEAF: index entries. Transaction/COMMIT: commits. Heap/HOT_UPDATE: no index entry with it.");
    }

    private static String per(double value, int tasks) {
        return number("%.1f", value * 1000 / tasks);
    }
}
