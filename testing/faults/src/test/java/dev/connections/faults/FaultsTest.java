package dev.connections.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A minute by default; {@code -Dfaults.minutes=10} and {@code -Dfaults.seed=N} make it longer and another one.
 */
class FaultsTest {
    private static final long SEED = Long.getLong("faults.seed", 42);
    private static final double MINUTES = Optional.ofNullable(System.getProperty("faults.minutes"))
            .map(Double::parseDouble)
            .orElse(1.0);

    @Test
    void whateverFailsTheHistoryKeepsEveryRule() throws Exception {
        Path folder = Path.of(
                        "target",
                        "faults-" + SEED + "-" + ProcessHandle.current().pid())
                .toAbsolutePath();
        Duration time = Duration.ofMillis((long) (MINUTES * 60_000));
        assertThat(new FaultRun(SEED, time, folder).run()).isEmpty();
    }
}
