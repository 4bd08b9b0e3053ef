package dev.connections.worker.catalog;

import dev.connections.catalog.Activation;
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
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Brings the catalog in line with the staged rows, in the caller's transaction.
 *
 * <p>The parts of a crawl that was split mark nothing MISSING by themselves: each leaves what it has not found to the part
 * that succeeds last, which decides for all of them. So a crawl marks most of a catalog as little in parts as it does at
 * once, and one that fails or is canceled, be it in one part, marks nothing. The {@link CatalogLock} lets only one part at
 * a time look at the others.
 */
final class CatalogMerge {
    private static final int LEVELS = 3;
    private static final int FEW = 10;

    private final JdbcClient jdbc;
    private final ClaimedRun.Target target;
    private final UUID taskId;
    private final CatalogRemoval removal;
    private final Map<String, Object> parameters = new HashMap<>();
    private final boolean acceptMassMissing;
    private final @Nullable Duration retention;

    /** What the merge did to each staged object: rows of one level and one kind of change. */
    private record Count(int level, String change, long objects, long context, boolean moved) {}

    /** The crawl that this one is a part of; its last part decides what is MISSING. */
    private record Whole(UUID taskId, boolean thisIsLast) {}

    /**
     * Prepares the merge of one run.
     *
     * @param readFrom when the crawl began to read: what a later merge has seen is not MISSING because of this one
     */
    CatalogMerge(JdbcClient jdbc, Execution execution, OffsetDateTime readFrom) {
        this.jdbc = jdbc;
        this.target = execution.target();
        this.taskId = execution.run().taskId();
        this.removal = new CatalogRemoval(
                jdbc,
                target.connectionId(),
                target.connectionKey(),
                execution.run().runId());
        PathPatterns patterns = target.settings().crawl().patterns();
        this.acceptMassMissing = execution.run().input().acceptMassMissing();
        this.retention = target.settings().crawl().retention();
        parameters.put("connection", target.connectionId());
        parameters.put("key", target.connectionKey());
        parameters.put("run", execution.run().runId());
        parameters.put("task", taskId);
        parameters.put(
                "activation",
                Activation.ofNew(target.settings().newObjectActivation()).name());
        parameters.put("leaf", patterns.leafRegex());
        parameters.put("container", patterns.containerRegex());
        parameters.put("exclude", patterns.excludeRegex());
        parameters.put("readFrom", readFrom);
    }

    /**
     * Merges a crawl or a part of one.
     *
     * @param first whether it is the first part of a crawl that is about to be split
     */
    CrawlResult merge(List<String> warnings, boolean first) {
        CatalogLock.take(jdbc, target.connectionId());
        jdbc.sql(MergeSql.PREPARE).update();
        jdbc.sql(MergeSql.COLLECT_INDEX_ENTRIES).query((RowCallbackHandler) row -> {});
        List<Count> counts = resolve();
        long missing = findMissing(first);
        write(counts, missing);
        jdbc.sql(MergeSql.ENTER_INDEX_ENTRIES).query((RowCallbackHandler) row -> {});
        run(MergeSql.PUBLISH_CHANGES);
        long purged = retention == null ? 0 : removal.removeMissingFor(retention);
        run(MergeSql.LISTINGS);
        long created = sum(counts, "CREATED");
        long updated = sum(counts, "UPDATED");
        long unchanged = counts.stream()
                .filter(count -> count.change.equals("UNCHANGED"))
                .mapToLong(count -> count.objects - count.context)
                .sum();
        return new CrawlResult(
                new CrawlResult.Objects(created + updated + unchanged, created, updated, unchanged, missing, purged),
                warnings);
    }

    private void write(List<Count> counts, long missing) {
        for (int level = 0; level < LEVELS; level++) {
            if (sum(counts, "CREATED", level) > 0) {
                run(MergeSql.INSERT, Map.of("level", level));
            }
        }
        if (sum(counts, "UPDATED") > 0) {
            run(MergeSql.UPDATE);
        }
        run(MergeSql.RELIST);
        boolean moved = counts.stream().anyMatch(count -> count.moved);
        if (moved) {
            run(MergeSql.CASCADE);
        }
        jdbc.sql(MergeSql.KNOW_CHANGED).update();
        if (moved) {
            run(MergeSql.RENAME);
        }
        if (missing > 0) {
            run(MergeSql.MARK_MISSING);
        }
        run(MergeSql.UNLIST);
    }

    private List<Count> resolve() {
        run(MergeSql.MATCH);
        jdbc.sql("analyze matched").update();
        if (jdbc.sql(MergeSql.HAS_NEW).query(Boolean.class).single()) {
            for (int level = 0; level < LEVELS; level++) {
                run(MergeSql.replace(level), Map.of("level", level));
            }
        }
        run(MergeSql.RESOLVE);
        jdbc.sql("create index on resolved (id)").update();
        run(MergeSql.LISTED_NOW);
        jdbc.sql("analyze resolved, listed_now").update();
        return jdbc.sql(MergeSql.COUNTS).query((row, i) -> count(row)).list();
    }

    private static Count count(ResultSet row) throws SQLException {
        return new Count(row.getInt(1), row.getString(2), row.getLong(3), row.getLong(4), row.getBoolean(5));
    }

    private long findMissing(boolean first) {
        run(MergeSql.ABSENT);
        jdbc.sql(MergeSql.KNOW_ABSENT).update();
        long missing = run(MergeSql.MISSING);
        Whole whole = whole(first);
        if (whole != null && !whole.thisIsLast) {
            run(MergeSql.LEAVE, Map.of("whole", whole.taskId));
            return 0;
        }
        if (whole != null) {
            missing += run(MergeSql.TAKE_OVER, Map.of("whole", whole.taskId));
        }
        if (missing > FEW && !acceptMassMissing) {
            requireFew(missing);
        }
        return missing;
    }

    private @Nullable Whole whole(boolean first) {
        if (first) {
            return new Whole(taskId, false);
        }
        return jdbc.sql(MergeSql.WHOLE)
                .param("task", taskId)
                .query((row, i) -> new Whole(row.getObject(1, UUID.class), row.getBoolean(2)))
                .optional()
                .orElse(null);
    }

    private void requireFew(long missing) {
        long present =
                jdbc.sql(MergeSql.PRESENT).params(parameters).query(Long.class).single();
        if (missing * 2 > present) {
            throw new RunFailedException(
                    ErrorCode.MASS_MISSING,
                    "this crawl would mark " + missing + " of the connection's " + present
                            + " present objects MISSING, so it marked none; check the account's privileges and the"
                            + " source, or crawl with acceptMassMissing if they are really gone",
                    null);
        }
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
