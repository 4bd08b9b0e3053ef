package dev.connections.api.catalog.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many objects of a sample of one in 256 fit a search, and what follows for the way to all that do. The planner knows
 * how common each of several conditions is, but not how common they are together, nor two letters in a name.
 *
 * @param passed how many the sample has where a walk goes
 * @param fitting how many fit
 * @param indexed the conditions whose indexes together lead to what fits
 * @param toCollect how many objects of the sample are walked over in the time that it takes to collect
 */
record SampleCount(double passed, long fitting, Set<Condition> indexed, double toCollect) {
    private static final int ONE_IN = 256;

    // Microseconds as measured on a million objects in memory; only their ratios matter.
    private static final double TO_WALK = 1.7;
    /** In this order an object is looked up by its id. */
    private static final double TO_WALK_BY_SYNC = 5;

    private static final double TO_GATHER = 4;
    private static final double TO_READ_ENTRY = 0.1;
    /** Two pairs of letters, each of which more names have. */
    private static final double TO_READ_NAME = 0.4;

    private static final double TO_READ_RARE_NAMES = 5_000.0 / ONE_IN;

    /** A condition with an index, how many of the sample fit it, and how long it takes to read that many entries. */
    private record Counted(Condition condition, double count, double toRead) {}

    SampleCount {
        indexed = Set.copyOf(indexed);
    }

    /**
     * Of the counts of the whole sample, of what is where the search looks, and of what fits each condition and all of them
     * there. Elsewhere each condition is taken to be as common.
     */
    static SampleCount of(Search search, List<Long> counts) {
        double all = counts.get(1);
        double whole = Math.max(counts.getFirst(), all);
        List<Counted> counted = new ArrayList<>();
        if (search.connections() != null) {
            counted.add(new Counted(SearchSql.OF_CONNECTIONS, all, TO_READ_ENTRY * all));
        }
        List<Condition> conditions = search.conditions().all();
        for (int i = 0; i < conditions.size(); i++) {
            double count = all == 0 ? 0 : counts.get(i + 2) / all * whole;
            boolean ofNames = conditions.get(i).equals(search.conditions().contains());
            double toRead = ofNames ? TO_READ_RARE_NAMES + TO_READ_NAME * count : TO_READ_ENTRY * count;
            counted.add(new Counted(conditions.get(i), count, toRead));
        }
        double toWalk = search.isBySync() ? TO_WALK_BY_SYNC : TO_WALK;
        boolean within = search.connections() == null || search.isWithinConnections();
        return cheapest(whole, within ? all : whole, counts.getLast(), counted, toWalk);
    }

    /** The rarest, and each that spares more than it takes to read. */
    private static SampleCount cheapest(
            double whole, double passed, long fitting, List<Counted> counted, double toWalk) {
        Set<Condition> indexed = new HashSet<>();
        double gathered = whole;
        double read = 0;
        for (Counted next : counted.stream()
                .sorted(Comparator.comparingDouble(c -> c.toRead() + TO_GATHER * c.count()))
                .toList()) {
            double left = whole == 0 ? 0 : gathered * next.count() / whole;
            if (indexed.isEmpty() || next.toRead() < TO_GATHER * (gathered - left)) {
                indexed.add(next.condition());
                read += next.toRead();
                gathered = left;
            }
        }
        double toCollect = read + TO_GATHER * Math.max(gathered, (double) fitting);
        return new SampleCount(passed, fitting, indexed, toCollect / toWalk);
    }

    /** Whether a walk is likely to meet a page sooner than all that fit are collected. */
    boolean isCommon(int limit) {
        return walked(limit) < ONE_IN * toCollect;
    }

    /** Whether all that fit are collected sooner than a walk comes to the end. */
    boolean isWorthCollecting() {
        return toCollect < passed;
    }

    /** How many objects a walk is likely to pass at most before it has met a page: the sample may have more by chance. */
    double walked(int limit) {
        double likely = fitting - Math.sqrt((double) fitting);
        return likely > 0 ? limit * passed / likely : Double.POSITIVE_INFINITY;
    }
}
