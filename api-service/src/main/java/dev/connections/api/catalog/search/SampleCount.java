package dev.connections.api.catalog.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Counts how many objects of a sample of one in 256 match a search, and derives the cheapest plan from it. The planner
 * knows how common each condition is, but not how common several are together, nor how common two letters in a name
 * are.
 *
 * @param passed how many objects of the sample a walk would pass
 * @param fitting how many of them match
 * @param indexed the conditions whose indexes together find the matches
 * @param toCollect how many objects of the sample a walk passes in the time that collecting takes
 */
record SampleCount(double passed, long fitting, Set<Condition> indexed, double toCollect) {
    private static final int ONE_IN = 256;

    // Microseconds as measured on a million objects in memory; only their ratios matter.
    private static final double TO_WALK = 1.7;
    /** In this order, each object is looked up by its id. */
    private static final double TO_WALK_BY_SYNC = 5;

    private static final double TO_GATHER = 4;
    private static final double TO_READ_ENTRY = 0.1;
    /** Two pairs of letters; more names contain each of them than both. */
    private static final double TO_READ_NAME = 0.4;

    private static final double TO_READ_RARE_NAMES = 5_000.0 / ONE_IN;

    /**
     * A condition with an index, how many objects of the sample match it, and how long reading that many entries takes.
     */
    private record Counted(Condition condition, double count, double toRead) {}

    SampleCount {
        indexed = Set.copyOf(indexed);
    }

    /**
     * Takes the counts of the whole sample, of the objects within the scope of the search, and of those that match each
     * condition and all conditions there. Outside the scope each condition is assumed to be equally common.
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

    /** The rarest condition, and each further one that saves more than reading it costs. */
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

    /** Whether a walk is likely to fill a page sooner than all matches are collected. */
    boolean isCommon(int limit) {
        return walked(limit) < ONE_IN * toCollect;
    }

    /** Whether all matches are collected sooner than a walk reaches the end. */
    boolean isWorthCollecting() {
        return toCollect < passed;
    }

    /**
     * The likely maximum of objects that a walk passes before it has filled a page, with a margin for the error of the
     * sample.
     */
    double walked(int limit) {
        double likely = fitting - Math.sqrt((double) fitting);
        return likely > 0 ? limit * passed / likely : Double.POSITIVE_INFINITY;
    }
}
