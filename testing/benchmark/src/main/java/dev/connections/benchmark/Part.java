package dev.connections.benchmark;

import dev.connections.lab.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the measured service: this program again, in a role, with a folder of its own as working directory. */
final class Part implements AutoCloseable {
    static final String COMMAND = "part";

    private static final Path READY = Path.of("ready");
    private static final Path LOG = Path.of("log");
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int LOG_LINES = 30;

    private final Role role;
    private final Path folder;
    private final Process process;

    private Part(Role role, Path folder, Process process) {
        this.role = role;
        this.folder = folder;
        this.process = process;
    }

    /** Starts it without waiting until it is ready. */
    static Part start(Role role, Path folder, Map<String, String> environment, List<String> moreFlags) {
        List<String> flags = new ArrayList<>(role.flags());
        flags.addAll(moreFlags);
        List<String> main = List.of(Benchmarks.class.getName(), COMMAND, role.name());
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + role, e);
        }
        ChildJvm child =
                new ChildJvm(flags, System.getProperty("java.class.path"), main, environment, folder.resolve(LOG));
        return new Part(role, folder, child.startIn(folder));
    }

    /** Waits until it is ready, and returns what it has printed then. */
    String awaitReady() throws InterruptedException, IOException {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        Path ready = folder.resolve(READY);
        while (!Files.exists(ready)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() - until > 0) {
                throw new IllegalStateException(role + " did not start; its last lines are:\n" + lastLines());
            }
        }
        return Files.readString(ready);
    }

    Role role() {
        return role;
    }

    long pid() {
        return process.pid();
    }

    /** The folder that it works in. */
    Path folder() {
        return folder;
    }

    /** Asks it to end, and kills it where it does not. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve(LOG));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    /** In the process itself: reports that it is ready. */
    static void ready(String text) throws IOException {
        Path written = Files.writeString(Path.of("ready.new"), text);
        Files.move(written, READY, StandardCopyOption.ATOMIC_MOVE);
    }

    /** In the process itself: what to do when it ends in good order. */
    static void endWith(Runnable action) {
        Runtime.getRuntime().addShutdownHook(new Thread(action));
    }

    /** In the process itself: its parent holds the other end of standard input, and lets go of it however it ends. */
    static void awaitEnd() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is ever sent.
        }
        System.exit(0);
    }
}
