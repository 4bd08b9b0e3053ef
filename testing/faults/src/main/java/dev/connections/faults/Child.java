package dev.connections.faults;

import dev.connections.lab.ChildJvm;
import dev.connections.lab.Signals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM that this one has started, and the signals that it gets. */
final class Child implements AutoCloseable {
    /** Small, and soon there. */
    static final List<String> FLAGS = List.of(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED");

    private final String name;
    private final Process process;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a main class.
     *
     * @param flags for the JVM, besides those that all have
     * @param log what it prints is added to this file
     */
    static Child start(
            List<String> flags,
            String classPath,
            List<String> mainAndArguments,
            Map<String, String> environment,
            Path log) {
        List<String> all = new ArrayList<>(FLAGS);
        all.addAll(flags);
        List<String> main = new ArrayList<>(List.of(WithParent.class.getName()));
        main.addAll(mainAndArguments);
        return new Child(log.getFileName().toString(), new ChildJvm(all, classPath, main, environment, log).start());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the end; returns whether it came in time. */
    boolean terminate(long limitSeconds) throws InterruptedException {
        // Not destroy(), which also closes the child's input, which it takes for the end of its parent.
        signal("TERM");
        return process.waitFor(limitSeconds, TimeUnit.SECONDS);
    }

    /** SIGSTOP. */
    void pause() throws InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() throws InterruptedException {
        signal("CONT");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return name + " (pid " + process.pid() + ")";
    }

    private void signal(String signal) throws InterruptedException {
        Signals.send(signal, List.of(process.toHandle()));
    }
}
