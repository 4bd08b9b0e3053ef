package dev.connections.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fills folders completely or not at all, and removes them with what is in them. */
final class Folders {
    private Folders() {}

    /**
     * Runs the action that fills a new or empty folder. Where an earlier process was killed in the midst of that, what it
     * left is removed first; a folder that was filled is left as it is.
     */
    static void fill(Path folder, Runnable action) {
        Path unfinished = markOf(folder);
        try {
            if (isUnfinished(folder)) {
                delete(folder);
            }
            if (isFilled(folder)) {
                action.run();
                return;
            }
            Files.createDirectories(folder);
            Files.writeString(unfinished, "");
            action.run();
            Files.delete(unfinished);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot fill " + folder, e);
        }
    }

    /** Whether an earlier process was killed while it filled the folder. */
    static boolean isUnfinished(Path folder) {
        return Files.exists(markOf(folder));
    }

    private static Path markOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".unfinished");
    }

    private static boolean isFilled(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.findAny().isPresent();
        }
    }

    /** Removes a temporary file, where making it succeeded. */
    static void deleteIfMade(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
