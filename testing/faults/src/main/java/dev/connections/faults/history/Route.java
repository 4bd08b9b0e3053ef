package dev.connections.faults.history;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a path of the API leads to; of the members below the connection those are null that it does not name. */
record Route(
        String connectionKey,
        boolean tasks,
        @Nullable UUID taskId,
        boolean runs,
        @Nullable UUID runId,
        boolean cancel,
        @Nullable UUID dataObjectId) {
    private static final String UUID_PATTERN = "[0-9a-f-]{36}";
    private static final Pattern PATTERN = Pattern.compile("/api/connections/(?<key>[^/]+)"
            + "(?<tasks>/tasks(/(?<task>" + UUID_PATTERN + ")(?<runs>/runs(/(?<run>" + UUID_PATTERN
            + ")(?<cancel>/cancel)?)?)?)?)?" + "(/data/(?<object>" + UUID_PATTERN + "))?(\\?.*)?");

    static Optional<Route> of(String path) {
        Matcher matcher = PATTERN.matcher(path);
        return matcher.matches() ? Optional.of(of(matcher)) : Optional.empty();
    }

    private static Route of(Matcher matcher) {
        return new Route(
                matcher.group("key"),
                matcher.group("tasks") != null,
                uuid(matcher.group("task")),
                matcher.group("runs") != null,
                uuid(matcher.group("run")),
                matcher.group("cancel") != null,
                uuid(matcher.group("object")));
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return text == null ? null : UUID.fromString(text);
    }
}
