package dev.connections.worker.source.jdbc;

import java.util.Arrays;

/**
 * Texts of relations that are read one by one after the structure: definitions of views, and expressions that name other
 * columns. Plain arrays, so that a million views take 16 MB.
 */
public final class PendingTexts {
    /** The number that a view's definition has; a column's expression has the column's. */
    public static final int DEFINITION = 0;

    private long[] relations = new long[64];
    private int[] numbers = new int[64];
    private int[] sizes = new int[64];
    private int count;

    /**
     * Adds a text.
     *
     * @param size about how many bytes it has
     */
    public void add(long relation, int number, int size) {
        if (count == relations.length) {
            relations = Arrays.copyOf(relations, count * 2);
            numbers = Arrays.copyOf(numbers, count * 2);
            sizes = Arrays.copyOf(sizes, count * 2);
        }
        relations[count] = relation;
        numbers[count] = number;
        sizes[count] = size;
        count++;
    }

    public int count() {
        return count;
    }

    /**
     * The end of the batch that begins with a text: as many as are read together.
     *
     * @param mostBytes how many bytes they may have together; a single text may have more
     */
    public int endOfBatch(int from, int mostTexts, int mostBytes) {
        int to = from + 1;
        long bytes = sizes[from];
        while (to < count && to - from < mostTexts && bytes + sizes[to] <= mostBytes) {
            bytes += sizes[to];
            to++;
        }
        return to;
    }

    public long relation(int i) {
        return relations[i];
    }

    public int number(int i) {
        return numbers[i];
    }

    public int size(int i) {
        return sizes[i];
    }
}
