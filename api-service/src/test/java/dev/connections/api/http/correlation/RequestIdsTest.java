package dev.connections.api.http.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "0199aa8c-7a5c-7d5b-8f0e-2f9f6f0f3c11",
                "Root=1-67891233-abcdef012345678912345678",
                "dXNlcg==",
                "host/a:b@c+d_e.f"
            })
    void anIdThatIsFitIsTakenUp(String id) {
        assertThat(RequestIds.choose(id, "00-" + TRACE + "-00f067aa0ba902b7-01"))
                .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a\nb",
                "a\r\nX-Evil: 1",
                "a\tb",
                "\u001b[31m",
                "\u00e9",
                "a;b",
                "a,b",
                "\"a\"",
                "%0a"
            })
    void anIdThatIsNotFitIsReplaced(String id) {
        String chosen = RequestIds.choose(id, null);
        assertThat(UUID.fromString(chosen).version()).isEqualTo(7);
    }

    @Test
    void anIdOfMoreThan128CharactersIsReplaced() {
        assertThat(RequestIds.choose("x".repeat(128), null)).hasSize(128);
        assertThat(RequestIds.choose("x".repeat(129), null)).hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-00",
                "cc-" + TRACE + "-00f067aa0ba902b7-01",
                "cc-" + TRACE + "-00f067aa0ba902b7-01-what the future brings"
            })
    void withoutOneTheTraceIdIsTakenUp(String traceparent) {
        assertThat(RequestIds.choose(null, traceparent)).isEqualTo(TRACE);
        assertThat(RequestIds.choose("not fit", traceparent)).isEqualTo(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                TRACE,
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01-more",
                "00-" + TRACE + "-00f067aa0ba902b7",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "cc-" + TRACE + "-00f067aa0ba902b7-01-\nmore"
            })
    void aTraceparentThatIsNotValidIsPassedOver(String traceparent) {
        assertThat(RequestIds.choose(null, traceparent)).isNotEqualTo(TRACE).hasSize(36);
    }
}
