package dev.connections.faults;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Runs another main class in a process that ends with the one that started it, however that one ends. */
public final class WithParent {
    private WithParent() {}

    /** Takes the name of the other class and its arguments. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread.ofPlatform().name("with-parent").daemon().start(WithParent::endWithParent);
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(args[0] + " failed", e.getCause());
        }
    }

    /** The parent holds the other end of standard input, and lets go of it when it dies. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever sent.
            }
        } catch (IOException e) {
            // Gone as well.
        }
        Runtime.getRuntime().halt(1);
    }
}
