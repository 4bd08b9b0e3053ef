package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.connections.standalone.Parts.Stage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class PartsTest {
    private final Parts parts = new Parts();
    private final List<Stage> stopped = new CopyOnWriteArrayList<>();

    @Test
    void partsStopInTheOrderOfTheirStagesWhateverOrderTheyStartedIn() throws Exception {
        for (Stage stage : List.of(Stage.POSTGRES, Stage.KAFKA, Stage.WORKERS, Stage.API, Stage.POSTGRES)) {
            parts.start(stage, () -> () -> stopped.add(stage));
        }
        parts.stop();
        assertThat(stopped).containsExactly(Stage.API, Stage.WORKERS, Stage.KAFKA, Stage.POSTGRES, Stage.POSTGRES);
    }

    @Test
    void onePartThatFailsToStopDoesNotKeepTheOthersRunning() throws Exception {
        parts.start(Stage.API, () -> () -> {
            throw new IllegalStateException("stuck");
        });
        parts.start(Stage.KAFKA, () -> () -> stopped.add(Stage.KAFKA));
        parts.stop();
        assertThat(stopped).containsExactly(Stage.KAFKA);
    }

    @Test
    void nothingStartsOnceItIsStopping() {
        parts.stop();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> parts.start(Stage.API, () -> () -> stopped.add(Stage.API)));
    }
}
