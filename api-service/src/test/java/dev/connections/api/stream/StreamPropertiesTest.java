package dev.connections.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class StreamPropertiesTest {
    @Test
    void aStreamBeatsEveryFifteenSecondsAndIsLookedAtEverySecond() {
        StreamProperties defaults = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("connections.stream", StreamProperties.class);
        assertThat(defaults).isEqualTo(new StreamProperties(Duration.ofSeconds(15), Duration.ofSeconds(1), 100));
    }
}
