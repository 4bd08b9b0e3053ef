package dev.connections.worker.catalog;

import dev.connections.connection.ConnectionSettings.NewObjectActivation;
import dev.connections.connection.PathPatterns;
import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Brings the catalog in line with the staged rows, in the caller's transaction. */
final class CatalogMerge {
    private static final int LEVELS = 3;
    private static final int FEW = 10;

    private final JdbcClient jdbc;
    private final ClaimedRun.Target target;
    private final CatalogRemoval removal;
    private final Map<String, Object> parameters = new HashMap<>();
    private final boolean acceptMassMissing;
    private final @Nullable Duration retention;

    /** What the merge did to each staged object: rows of one level and one kind of change. */
    private record Count(int level, String change, long objects, long context, boolean moved) {}

    /**
     * @param present PRESENT objects of the connection
     * @param marked those that other parts of the same crawl have just marked MISSING
     */
    private record Presence(long present, long marked) {}

    /**
     * Prepares the merge of one run.
     *
     * @param readFrom when the crawl began to read: what a later merge has seen is not MISSING because of this one
     */
    CatalogMerge(JdbcClient jdbc, Execution execution, OffsetDateTime readFrom) {
        this.jdbc = jdbc;
        this.target = execution.target();
        this.removal = new CatalogRemoval(
                jdbc,
                target.connectionId(),
                target.connectionKey(),
                execution.run().runId());
        PathPatterns patterns = target.settings().crawl().patterns();
        boolean disabled = target.settings().newObjectActivation() == NewObjectActivation.DISABLED;
        this.acceptMassMissing = execution.run().input().acceptMassMissing();
        this.retention = target.settings().crawl().retention();
        parameters.put("connection", target.connectionId());
        parameters.put("key", target.connectionKey());
        parameters.put("run", execution.run().runId());
        parameters.put("task", execution.run().taskId());
        parameters.put("activation", disabled ? "DISABLED" : "INHERIT");
        parameters.put("leaf", patterns.leafRegex());
        parameters.put("container", patterns.containerRegex());
        parameters.put("exclude", patterns.excludeRegex());
        parameters.put("readFrom", readFrom);
    }

    CrawlResult merge(List<String> warnings) {
        CatalogLock.take(jdbc, target.connectionId());
        jdbc.sql(MergeSql.PREPARE).update();
        jdbc.sql(MergeSql.COLLECT_INDEX_ENTRIES).query((RowCallbackHandler) row -> {});
        List<Count> counts = resolve();
        long missing = findMissing();
        for (int level = 0; level < LEVELS; level++) {
            if (sum(counts, "CREATED", level) > 0) {
                run(MergeSql.INSERT, Map.of("level", level));
            }
        }
        long updated = sum(counts, "UPDATED");
        if (updated > 0) {
            run(MergeSql.UPDATE);
        }
        run(MergeSql.RELIST);
        long cascaded = counts.stream().anyMatch(count -> count.moved) ? run(MergeSql.CASCADE) : 0;
        if (missing > 0) {
            run(MergeSql.MARK_MISSING);
        }
        run(MergeSql.UNLIST);
        jdbc.sql(MergeSql.ENTER_INDEX_ENTRIES).query((RowCallbackHandler) row -> {});
        run(MergeSql.TELL_CHANGES);
        long purged = retention == null ? 0 : removal.removeMissingFor(retention);
        run(MergeSql.LISTINGS);
        long created = sum(counts, "CREATED");
        long unchanged = counts.stream()
                .filter(count -> count.change.equals("UNCHANGED"))
                .mapToLong(count -> count.objects - count.context)
                .sum();
        return new CrawlResult(
                new CrawlResult.Objects(
                        created + updated + unchanged, created, updated + cascaded, unchanged, missing, purged),
                warnings);
    }

    private List<Count> resolve() {
        run(MergeSql.RESOLVE);
        jdbc.sql("create index on resolved (id)").update();
        run(MergeSql.LISTED_NOW);
        jdbc.sql("analyze resolved, listed_now").update();
        return jdbc.sql(MergeSql.COUNTS).query((row, i) -> count(row)).list();
    }

    private static Count count(ResultSet row) throws SQLException {
        return new Count(row.getInt(1), row.getString(2), row.getLong(3), row.getLong(4), row.getBoolean(5));
    }

    private long findMissing() {
        run(MergeSql.ABSENT);
        long missing = run(MergeSql.MISSING);
        if (missing > FEW && !acceptMassMissing) {
            Presence before = jdbc.sql(MergeSql.PRESENT)
                    .params(parameters)
                    .query((row, i) -> new Presence(row.getLong(1), row.getLong(2)))
                    .single();
            long inAll = missing + before.marked;
            long present = before.present + before.marked;
            if (inAll * 2 > present) {
                throw new RunFailedException(
                        ErrorCode.MASS_MISSING,
                        "this crawl would mark " + inAll + " of the connection's " + present
                                + " present objects MISSING, so it changed nothing; check the account's privileges and"
                                + " the platform, or crawl with acceptMassMissing if they are really gone",
                        null);
            }
        }
        return missing;
    }

    private int run(String sql) {
        return run(sql, Map.of());
    }

    private int run(String sql, Map<String, ?> more) {
        return jdbc.sql(sql).params(parameters).params(more).update();
    }

    private static long sum(List<Count> counts, String change) {
        return counts.stream()
                .filter(count -> count.change.equals(change))
                .mapToLong(Count::objects)
                .sum();
    }

    private static long sum(List<Count> counts, String change, int level) {
        return sum(counts.stream().filter(count -> count.level == level).toList(), change);
    }
}
