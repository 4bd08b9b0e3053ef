package dev.connections.worker.source.jdbc;

import java.util.Arrays;

/** What drivers throw that believe what they are sent. */
public final class DriverFailures {
    private DriverFailures() {}

    /**
     * Whether an exception came up in a driver.
     *
     * @param driver what the names of the driver's classes begin with
     */
    public static boolean isOf(String driver, RuntimeException thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .findFirst()
                .filter(name -> name.startsWith(driver))
                .isPresent();
    }
}
