package dev.connections.benchmark;

import java.util.List;

/** Durations in milliseconds, sorted. */
record Percentiles(List<Double> sorted) {
    Percentiles {
        sorted = sorted.stream().sorted().toList();
    }

    int count() {
        return sorted.size();
    }

    /** The value that this share of all does not exceed. */
    double at(double share) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
