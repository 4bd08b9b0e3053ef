package dev.connections.worker.platform;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.util.regex.Pattern;

/** Where a platform listens: exactly one host name or IP address, without brackets, and a port. */
record PlatformHost(String name, int port) {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    static PlatformHost of(String host, int port) {
        String name = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!NAME.matcher(name).matches()) {
            throw new RunFailedException(
                    ErrorCode.HOST_NOT_ALLOWED, "the configured host is neither a host name nor an IP address", null);
        }
        return new PlatformHost(name, port);
    }
}
