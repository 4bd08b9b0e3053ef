package dev.connections.worker.source;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.util.regex.Pattern;

/** Where a source listens: exactly one host name or IP address, without brackets, and a port. */
public record SourceHost(String name, int port) {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /**
     * Reads a configured host.
     *
     * @throws RunFailedException where it is none
     */
    public static SourceHost of(String host, int port) {
        String name = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!NAME.matcher(name).matches()) {
            throw new RunFailedException(
                    ErrorCode.HOST_NOT_ALLOWED, "the configured host is neither a host name nor an IP address", null);
        }
        return new SourceHost(name, port);
    }
}
