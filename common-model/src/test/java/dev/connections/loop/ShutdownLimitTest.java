package dev.connections.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.lab.ChildJvm;
import dev.connections.lab.Signals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShutdownLimitTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A program whose shutdown never completes. */
    static final class Stuck {
        private Stuck() {}

        public static void main(String[] args) throws Exception {
            ShutdownLimit.install(Duration.ofSeconds(1));
            Runtime.getRuntime().addShutdownHook(new Thread(Stuck::hang));
            Files.createFile(Path.of(args[0]));
            hang();
        }

        private static void hang() {
            while (true) {
                LockSupport.park();
            }
        }
    }

    @Test
    void aShutdownThatHangsIsCutShort(@TempDir Path folder) throws Exception {
        Path started = folder.resolve("started");
        Path log = folder.resolve("log");
        List<String> main = List.of(Stuck.class.getName(), started.toString());
        Process process = new ChildJvm(List.of(), System.getProperty("java.class.path"), main, Map.of(), log).start();
        try {
            await().atMost(LIMIT).until(() -> Files.exists(started));
            Signals.send("TERM", List.of(process.toHandle()));
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(Files.readString(log)).contains("the shutdown did not complete within 1 s");
        } finally {
            process.destroyForcibly();
        }
    }
}
