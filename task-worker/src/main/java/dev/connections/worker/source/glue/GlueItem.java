package dev.connections.worker.source.glue;

import dev.connections.worker.source.http.JsonItem;
import java.net.ProtocolException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What databases and tables have in common. */
final class GlueItem {
    /** In seconds; later than that is no time that anything was made. */
    private static final double LATEST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

    private static final int MS_PER_S = 1_000;
    private static final int LONGEST_NAME = 255;

    private GlueItem() {}

    /** The name, which each has. */
    static String nameOf(JsonItem item) throws ProtocolException {
        return checked(item.required("Name"));
    }

    /** The name of a column or of what is above it; one that is longer than Glue takes is not stored. */
    static String checked(String name) throws ProtocolException {
        if (name.isEmpty() || !isShort(name)) {
            throw new ProtocolException("a name that is longer than Glue's, or none");
        }
        return name;
    }

    static boolean isShort(String name) {
        return name.length() <= LONGEST_NAME;
    }

    /** A time, which Glue sends in seconds with a fraction: 1.7E9, or 1700000000.123. */
    static @Nullable Instant timeOf(JsonItem item, String member) {
        try {
            double seconds = Double.parseDouble(item.text(member));
            return seconds > 0 && seconds < LATEST ? Instant.ofEpochMilli(Math.round(seconds * MS_PER_S)) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
