package dev.connections.api.stream;

/**
 * The events after a position.
 *
 * @param frames the events in the format of text/event-stream; empty if there are none
 * @param last the sequence of the last of them
 * @param more whether more events are already recorded
 * @param ended whether the task has ended and these are its last events
 */
record Batch(String frames, int last, boolean more, boolean ended) {
    /** Collects events in the order of their sequence. */
    static final class Builder {
        private final StringBuilder frames = new StringBuilder();
        private final boolean terminal;
        private final int recorded;
        private int last;

        /**
         * Begins after the position's sequence.
         *
         * @param recorded the sequence of the last event of the task
         * @param terminal whether the task has ended
         */
        Builder(int sequence, int recorded, boolean terminal) {
            this.last = sequence;
            this.recorded = recorded;
            this.terminal = terminal;
        }

        void add(int sequence, String status, String payload) {
            frames.append("id: ").append(sequence).append("\nevent: ").append(status);
            payload.lines().forEach(line -> frames.append("\ndata: ").append(line));
            frames.append("\n\n");
            last = sequence;
        }

        Batch build() {
            boolean all = last >= recorded;
            return new Batch(frames.toString(), last, !all, all && terminal);
        }
    }
}
