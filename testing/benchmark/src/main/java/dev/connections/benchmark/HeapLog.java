package dev.connections.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heap by a JVM's log of its collections.
 *
 * @param mostUsedMb the most that was in use when a collection began
 * @param mostLiveMb the most that was left after one
 */
record HeapLog(long mostUsedMb, long mostLiveMb) {
    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(");

    static HeapLog read(Path file) throws IOException {
        Matcher found = COLLECTION.matcher(Files.readString(file));
        long used = 0;
        long live = 0;
        while (found.find()) {
            used = Math.max(used, Long.parseLong(found.group(1)));
            live = Math.max(live, Long.parseLong(found.group(2)));
        }
        return new HeapLog(used, live);
    }
}
