package dev.connections.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a process and those that it started have used, as Linux reports under /proc; zero elsewhere.
 *
 * @param cpuSeconds with that of children that have ended
 * @param memoryMb what is resident now, with shared pages divided among those that share them
 * @param peakMb the most that the process itself had resident
 */
record Usage(double cpuSeconds, long memoryMb, long peakMb) {
    private static final double TICKS_PER_SECOND = 100;

    static boolean isKnown() {
        return Files.isReadable(Path.of("/proc/self/stat"));
    }

    /** Of the process alone. */
    static Usage ofOnly(long pid) {
        return new Usage(
                cpuSeconds(pid),
                kilobytes(pid, "smaps_rollup", "Pss:") / 1024,
                kilobytes(pid, "status", "VmHWM:") / 1024);
    }

    /** Of the process and those below it. */
    static Usage of(ProcessHandle root) {
        double cpu = 0;
        long memory = 0;
        for (ProcessHandle process :
                Stream.concat(Stream.of(root), root.descendants()).toList()) {
            cpu += cpuSeconds(process.pid());
            memory += kilobytes(process.pid(), "smaps_rollup", "Pss:");
        }
        return new Usage(cpu, memory / 1024, kilobytes(root.pid(), "status", "VmHWM:") / 1024);
    }

    /** User and system time, own and of the children that have been waited for. */
    private static double cpuSeconds(long pid) {
        return read(pid, "stat")
                .map(text -> text.substring(text.lastIndexOf(')') + 2).split(" "))
                .map(fields -> Stream.of(11, 12, 13, 14)
                                .mapToLong(i -> Long.parseLong(fields[i]))
                                .sum()
                        / TICKS_PER_SECOND)
                .orElse(0.0);
    }

    private static long kilobytes(long pid, String file, String field) {
        return read(pid, file)
                .flatMap(text ->
                        text.lines().filter(line -> line.startsWith(field)).findFirst())
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .orElse(0L);
    }

    private static Optional<String> read(long pid, String file) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", Long.toString(pid), file)));
        } catch (IOException e) {
            // It has ended meanwhile, or this is not Linux.
            return Optional.empty();
        }
    }

    /** The process whose id PostgreSQL has written into its data folder. */
    static Optional<ProcessHandle> postmaster(Path dataFolder) {
        try {
            List<String> lines = Files.readAllLines(dataFolder.resolve("postmaster.pid"));
            return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
