package dev.connections.worker.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.source.SourceHost;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTargetTest {
    private static final HttpTarget PLAIN = target("my_host", 8080, TlsMode.DISABLE);

    private static HttpTarget target(String host, int port, TlsMode mode) {
        return new HttpTarget(SourceHost.of(host, port), mode, null);
    }

    @ParameterizedTest
    @CsvSource({
        "http://my_host:8080/v1/x/1, /v1/x/1",
        "HTTP://MY_HOST:8080/v1?a=b%20c&d=//e, /v1?a=b%20c&d=//e",
        "http://my_host:8080/, /",
        "http://my_host:8080//evil/x, //evil/x"
    })
    void whatIsHereIsFollowedByItsPath(String address, String path) {
        assertThat(PLAIN.pathOf(address)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/v1/x",
                "//my_host:8080/x",
                "https://my_host:8080/x",
                "http://my_host/x",
                "http://my_host:80/x",
                "http://my_host:99999/x",
                "http://other:8080/x",
                "http://my_host:8080@other/x",
                "http://user@my_host:8080/x",
                "http://my_host:8080",
                "http://my_host:8080?x",
                "http://my_host:8080\\@other/x",
                "http://my_host:8080/x y",
                "http://my_host:8080/x\r\nX-Evil: 1",
                "http://my_host:8080/x#y",
                "http://my_host.:8080/x",
                "http://[my_host]:8080/x",
                "file:///etc/passwd"
            })
    void whatLeadsElsewhereIsNotFollowed(String address) {
        assertThat(PLAIN.pathOf(address)).isNull();
    }

    @Test
    void portsMayBeLeftOutAndAddressesOfVersion6AreInBrackets() {
        assertThat(target("a.example", 443, TlsMode.VERIFY_FULL).pathOf("https://a.example/x"))
                .isEqualTo("/x");
        assertThat(target("a.example", 80, TlsMode.DISABLE).pathOf("http://A.example/x"))
                .isEqualTo("/x");
        assertThat(target("[::1]", 8080, TlsMode.DISABLE).pathOf("http://[::1]:8080/x"))
                .isEqualTo("/x");
        assertThat(target("::1", 8080, TlsMode.DISABLE).pathOf("http://[::2]:8080/x"))
                .isNull();
    }

    /** As clients of HTTP name the host, and as AWS signs it. */
    @Test
    void thePortOfTheSchemeIsNotNamed() {
        assertThat(target("a.example", 443, TlsMode.VERIFY_FULL).hostHeader()).isEqualTo("a.example");
        assertThat(target("a.example", 80, TlsMode.DISABLE).hostHeader()).isEqualTo("a.example");
        assertThat(target("a.example", 80, TlsMode.VERIFY_FULL).hostHeader()).isEqualTo("a.example:80");
        assertThat(target("[::1]", 443, TlsMode.VERIFY_FULL).hostHeader()).isEqualTo("[::1]");
        assertThat(target("::1", 8443, TlsMode.VERIFY_FULL).hostHeader()).isEqualTo("[::1]:8443");
    }

    @Test
    void aQuestionDoesNotShowItsHeaders() {
        assertThat(new HttpQuestion("GET", "/x", Map.of("Authorization", "s3cret"), null))
                .hasToString("GET /x");
    }

    @ParameterizedTest
    @CsvSource({
        "https://glue.example, glue.example, 443",
        "HTTPS://localhost:8443, localhost, 8443",
        "https://[::1]:8443, ::1, 8443"
    })
    void anEndpointOfTheOperatorsIsVerified(String address, String host, int port) {
        assertThat(HttpTarget.ofEndpoint(address))
                .isEqualTo(new HttpTarget(new SourceHost(host, port), TlsMode.VERIFY_FULL, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "glue.example",
                "http://glue.example",
                "https://glue.example/",
                "https://glue.example/v1",
                "https://u@glue.example",
                "https://glue.example:99999"
            })
    void whatIsNoEndpointStopsTheWorker(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpTarget.ofEndpoint(address))
                .withMessageContaining("connections.worker.network.endpoints");
    }
}
