package dev.connections.connection;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stored settings of a connection, with every default filled in. */
public record ConnectionSettings(Crawl crawl, NewObjectActivation newObjectActivation) {
    /**
     * How the connection is crawled.
     *
     * @param schedule an ISO 8601 duration or a five-field cron expression in UTC; null for none
     * @param include glob patterns over the object path, see {@link PathPatterns}
     * @param exclude glob patterns; objects that match, and everything below them, are not crawled
     * @param missingObjectRetention an ISO 8601 duration after which a crawl removes MISSING objects; null keeps them
     */
    public record Crawl(
            @Nullable String schedule,
            List<String> include,
            List<String> exclude,
            @Nullable String missingObjectRetention) {
        public Crawl {
            include = List.copyOf(include);
            exclude = List.copyOf(exclude);
        }

        /** How long MISSING objects are kept; null for unlimited. */
        public @Nullable Duration retention() {
            return missingObjectRetention == null ? null : Duration.parse(missingObjectRetention);
        }

        /** The include and exclude patterns together. */
        public PathPatterns patterns() {
            return new PathPatterns(include, exclude);
        }
    }

    /** Whether newly found objects start ACTIVE. */
    public enum NewObjectActivation {
        ENABLED,
        DISABLED
    }
}
