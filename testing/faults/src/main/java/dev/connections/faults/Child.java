package dev.connections.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM that this one has started, and the signals that it gets. */
final class Child implements AutoCloseable {
    /** Small, and soon there. */
    private static final List<String> FLAGS = List.of(
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
     * @param log what it prints is added to this file
     * @param heap its largest heap, as -Xmx takes it
     */
    static Child start(
            Path log, String heap, String classPath, List<String> mainAndArguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heap);
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", classPath, WithParent.class.getName()));
        command.addAll(mainAndArguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new Child(log.getFileName().toString(), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + mainAndArguments, e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the end; tells whether it came in time. */
    boolean terminate(long limitSeconds) throws InterruptedException {
        // Not destroy(), which also closes the child's input, and so tells it that its parent is gone.
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
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run kill", e);
        }
    }
}
