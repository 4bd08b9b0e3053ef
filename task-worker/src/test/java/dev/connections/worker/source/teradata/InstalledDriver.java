package dev.connections.worker.source.teradata;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Teradata's own driver, where the build was asked to fetch it ({@code -Dteradata.driver}); tests that need it are skipped else. */
final class InstalledDriver {
    private static final Path FOLDER = Path.of("target/drivers/teradata");

    private InstalledDriver() {}

    static TeradataProperties properties(boolean unverifiedLogins) throws IOException {
        assumeThat(jars())
                .as("the driver is not there; build with -Dteradata.driver")
                .isNotEmpty();
        return new TeradataProperties(FOLDER, unverifiedLogins);
    }

    static List<Path> jars() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
