package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path temporary;

    @Test
    void aSecondHolderIsRefusedWithTheHoldersProcessId() {
        Path root = temporary.resolve("new/folder");
        try (DataFolder held = DataFolder.hold(root)) {
            assertThat(held.path("x")).isEqualTo(root.resolve("x"));
            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> DataFolder.hold(root))
                    .withMessageContaining("pid " + ProcessHandle.current().pid());
        }
        DataFolder.hold(root).close();
    }

    @Test
    void secretsAreMadeOnceAndReadOnlyByTheirOwner() throws IOException {
        String first;
        try (DataFolder folder = DataFolder.hold(temporary)) {
            first = folder.secret("word", () -> UUID.randomUUID().toString());
        }
        try (DataFolder folder = DataFolder.hold(temporary)) {
            assertThat(folder.secret("word", () -> "other")).isEqualTo(first);
            assertThat(permissions(folder.path("secrets"))).isEqualTo("rwx------");
            assertThat(permissions(folder.path("secrets/word"))).isEqualTo("rw-------");
            assertThat(permissions(folder.writePrivate("endpoints.json", "{}"))).isEqualTo("rw-------");
        }
    }

    @Test
    void aServerKeepsItsPortWhereNobodyHasTakenItMeanwhile() throws IOException {
        int port;
        try (DataFolder folder = DataFolder.hold(temporary)) {
            port = folder.port("kafka");
        }
        try (DataFolder folder = DataFolder.hold(temporary)) {
            assertThat(folder.port("kafka")).isEqualTo(port);
            int other;
            try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                other = folder.port("kafka");
                assertThat(other).isNotEqualTo(taken.getLocalPort());
            }
            assertThat(folder.port("kafka")).isEqualTo(other);
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
