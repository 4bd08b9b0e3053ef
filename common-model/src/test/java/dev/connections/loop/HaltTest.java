package dev.connections.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.lab.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that really end. */
class HaltTest {
    private static final int LIMIT_S = 60;

    @TempDir
    private Path folder;

    @Test
    void aProcessWhoseLoopDiesOfAnErrorEndsWithoutItsShutdownHooks() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ChildJvm(
                        List.of("-Xmx32m"),
                        System.getProperty("java.class.path"),
                        List.of(Dying.class.getName()),
                        Map.of(),
                        log)
                .start();
        try {
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(Halt.EXIT_CODE);
            assertThat(Files.readString(log))
                    .contains("loop dying cannot go on", "StackOverflowError")
                    .doesNotContain("shutdown hook");
        } finally {
            process.destroyForcibly();
        }
    }

    /** A program whose other threads would keep it alive for ever. */
    static final class Dying {
        public static void main(String[] args) throws InterruptedException {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("shutdown hook")));
            new Loop("dying", () -> endless(0), Duration.ofHours(1), 0).start();
            Thread.currentThread().join();
        }

        private static int endless(int depth) {
            return depth < 0 ? 0 : endless(depth + 1) + 1;
        }
    }
}
