package dev.connections.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Half a minute by default; {@code -Dsoak.minutes=30} makes it longer. */
class SoakTest {
    private static final long SEED = Long.getLong("soak.seed", 42);
    private static final double MINUTES = Optional.ofNullable(System.getProperty("soak.minutes"))
            .map(Double::parseDouble)
            .orElse(0.5);

    @Test
    void hostileSourcesTakeNothingFromTheHonestOnesAndLeaveNothingBehind() throws Exception {
        Path folder = Path.of(
                        "target", "soak-" + SEED + "-" + ProcessHandle.current().pid())
                .toAbsolutePath();
        Duration time = Duration.ofMillis((long) (MINUTES * 60_000));
        assertThat(new SoakRun(SEED, time, folder).run()).isEmpty();
    }
}
