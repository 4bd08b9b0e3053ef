package dev.connections.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionSettingsTest {
    private static final String STORED =
            "{\"crawl\":{\"schedule\":\"PT24H\",\"include\":[\"**\"],\"exclude\":[\"tmp\"],"
                    + "\"missingObjectRetention\":\"P30D\"},\"newObjectActivation\":\"DISABLED\"}";

    @Test
    void whatIsStoredReadsAndWritesTheSame() {
        ConnectionSettings settings = Json.read(STORED, ConnectionSettings.class);
        assertThat(settings.crawl().schedule()).isEqualTo("PT24H");
        assertThat(settings.newObjectActivation()).isEqualTo(ConnectionSettings.NewObjectActivation.DISABLED);
        assertThat(Json.write(settings)).isEqualTo(STORED);
    }

    @Test
    void retentionIsADurationOrForEver() {
        assertThat(Json.read(STORED, ConnectionSettings.class).crawl().retention())
                .isEqualTo(Duration.ofDays(30));
        assertThat(new ConnectionSettings.Crawl(null, List.of("**"), List.of(), null).retention())
                .isNull();
    }

    @Test
    void thePatternsAreThoseOfTheSettings() {
        PathPatterns patterns =
                Json.read(STORED, ConnectionSettings.class).crawl().patterns();
        assertThat(patterns.covers(List.of("sales", "orders"))).isTrue();
        assertThat(patterns.covers(List.of("tmp", "orders"))).isFalse();
    }

    @Test
    void theListsAreCopies() {
        List<String> include = new ArrayList<>(List.of("a"));
        ConnectionSettings.Crawl crawl = new ConnectionSettings.Crawl(null, include, List.of(), null);
        include.add("b");
        assertThat(crawl.include()).containsExactly("a");
    }
}
