package dev.connections.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JVM to be started by this one, with the same java.
 *
 * @param mainAndArguments the main class and what it is given
 * @param environment what it has besides the environment of this process
 * @param log what it prints is added to this file
 */
public record ChildJvm(
        List<String> flags,
        String classPath,
        List<String> mainAndArguments,
        Map<String, String> environment,
        Path log) {
    public ChildJvm {
        flags = List.copyOf(flags);
        mainAndArguments = List.copyOf(mainAndArguments);
        environment = Map.copyOf(environment);
    }

    /** Starts it in the working directory of this process. */
    public Process start() {
        return startIn(Path.of(""));
    }

    /** Starts it with the folder as its working directory. */
    public Process startIn(Path folder) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As in every start that the README describes.
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath));
        command.addAll(mainAndArguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + mainAndArguments.getFirst(), e);
        }
    }
}
