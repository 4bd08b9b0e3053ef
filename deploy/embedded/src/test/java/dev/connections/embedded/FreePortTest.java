package dev.connections.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortTest {
    /** A broker binds seconds after its port was found, while others beside it look for theirs. */
    @Test
    void noPortIsFoundTwiceBeforeItsServerStarts() {
        List<Integer> ports = IntStream.range(0, 500)
                .parallel()
                .mapToObj(i -> FreePort.find())
                .toList();
        assertThat(ports).doesNotHaveDuplicates();
    }
}
