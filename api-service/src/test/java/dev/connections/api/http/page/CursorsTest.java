package dev.connections.api.http.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.api.http.problem.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorsTest {
    private final Cursors cursors = new Cursors("shared");

    @Test
    void everyReplicaReadsTheCursorsOfTheOthers() {
        String cursor = cursors.encode("connections?state=ACTIVE", List.of("a/ü", "2"));
        assertThat(new Cursors("shared").decode("connections?state=ACTIVE", cursor))
                .containsExactly("a/ü", "2");
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        String cursor = cursors.encode("connections?state=ACTIVE", List.of("a"));
        assertThatThrownBy(() -> cursors.decode("connections?state=INACTIVE", cursor))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new Cursors("other").decode("connections?state=ACTIVE", cursor))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "garbage!", "eyJpZCI6IjEyMzQ1In0=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void garbageIsRefused(String cursor) {
        assertThatThrownBy(() -> cursors.decode("list", cursor)).isInstanceOf(InvalidRequestException.class);
    }
}
